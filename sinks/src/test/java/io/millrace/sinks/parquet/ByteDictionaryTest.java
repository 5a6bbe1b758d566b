package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteDictionaryTest {
  @Test
  void valuesAreNumberedAsTheyFirstAppear() {
    Random random = new Random(1);
    ByteDictionary dictionary = new ByteDictionary(1 << 20);
    for (int round = 0; round < 2; round++) {
      dictionary.clear();
      Map<String, Integer> numbers = new HashMap<>();
      int bytes = 0;
      for (int i = 0; i < 100_000; i++) {
        String text = Long.toString(random.nextLong() >>> (46 + random.nextInt(17)), 36);
        byte[] padded = ("xx" + text + "yy").getBytes(StandardCharsets.US_ASCII);
        if (!numbers.containsKey(text)) {
          numbers.put(text, numbers.size());
          bytes += 4 + text.length();
        }
        assertThat(dictionary.idOf(padded, 2, text.length())).isEqualTo(numbers.get(text));
      }
      assertThat(dictionary.size()).isEqualTo(numbers.size()).isGreaterThan(10_000);
      assertThat(dictionary.bytes()).isEqualTo(bytes);
      numbers.forEach((text, id) -> assertThat(text(dictionary, id)).isEqualTo(text));
    }
  }

  @Test
  void valuesThatDifferInLengthOrInOneByteAreDistinct() {
    ByteDictionary dictionary = new ByteDictionary(1 << 10);
    byte[] zeros = new byte[40];
    for (int length = 0; length <= zeros.length; length++) {
      assertThat(dictionary.idOf(zeros, 0, length)).isEqualTo(length);
    }
    for (int at = 0; at < zeros.length; at++) {
      byte[] one = zeros.clone();
      one[at] = 1;
      assertThat(dictionary.idOf(one, 0, one.length)).isEqualTo(zeros.length + 1 + at);
    }
  }

  private static String text(ByteDictionary dictionary, int id) {
    int start = dictionary.start(id);
    byte[] bytes = Arrays.copyOfRange(dictionary.array(), start, start + dictionary.length(id));
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
