package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.junit.jupiter.api.Test;

class ByteDictionaryTest {
  private static final int RUN = 1_000;

  @Test
  void valuesAreNumberedAsTheyFirstAppear() {
    Random random = new Random(1);
    ByteDictionary dictionary = new ByteDictionary(1 << 20);
    for (int round = 0; round < 3; round++) {
      Map<String, Integer> numbers = new HashMap<>();
      int bytes = 0;
      for (int run = 0; run < 100; run++) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < RUN; i++) {
          texts.add(Long.toString(random.nextLong() >>> (46 + random.nextInt(17)), 36));
        }
        List<Integer> expected = new ArrayList<>();
        for (String text : texts) {
          if (!numbers.containsKey(text)) {
            numbers.put(text, numbers.size());
            bytes += 4 + text.length();
          }
          expected.add(numbers.get(text));
        }
        assertThat(ids(dictionary, texts)).isEqualTo(expected);
      }
      assertThat(dictionary.size()).isEqualTo(numbers.size()).isGreaterThan(10_000);
      assertThat(dictionary.bytes()).isEqualTo(bytes);
      numbers.forEach((text, id) -> assertThat(text(dictionary, id)).isEqualTo(text));
      if (round == 0) {
        dictionary.clear();
      } else {
        dictionary.release();
      }
    }
  }

  @Test
  void valuesThatDifferInLengthOrInOneByteAreDistinct() {
    ByteDictionary dictionary = new ByteDictionary(1 << 10);
    List<String> texts = new ArrayList<>();
    for (int length = 0; length <= 40; length++) {
      texts.add("0".repeat(length));
    }
    for (int at = 0; at < 40; at++) {
      texts.add("0".repeat(at) + "1" + "0".repeat(39 - at));
    }
    assertThat(ids(dictionary, texts)).doesNotHaveDuplicates();
    assertThat(dictionary.size()).isEqualTo(81);
  }

  /** The numbers of a run of values. */
  private static List<Integer> ids(ByteDictionary dictionary, List<String> texts) {
    try (var allocator = new RootAllocator();
        var vector = new VarCharVector("texts", allocator)) {
      for (int i = 0; i < texts.size(); i++) {
        vector.setSafe(i, texts.get(i).getBytes(StandardCharsets.US_ASCII));
      }
      vector.setValueCount(texts.size());
      ByteStrings run = Offsets.ofInts();
      run.read(vector, 0, texts.size());
      List<Integer> ids = new ArrayList<>();
      int value = dictionary.stage(run, texts.size());
      for (String text : texts) {
        ids.add(dictionary.idOf(value, text.length()));
        value += text.length();
      }
      return ids;
    }
  }

  private static String text(ByteDictionary dictionary, int id) {
    int start = dictionary.start(id);
    byte[] bytes = Arrays.copyOfRange(dictionary.array(), start, start + dictionary.length(id));
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
