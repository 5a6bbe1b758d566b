package io.millrace.sinks.mirror;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.change.KeyHash;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.junit.jupiter.api.Test;

class KeyIndexTest {
  private static final int KEYS = 200_000;
  private static final int FIRST = 100;

  @Test
  void keysOfOneChecksumAreToldApart() {
    var index = new KeyIndex(FIRST);
    var hash = new KeyHash(7);
    Set<Integer> checksums = new HashSet<>();
    try (var allocator = new RootAllocator();
        var names = new VarCharVector("name", allocator)) {
      var random = new SplittableRandom(1);
      for (int row = 0; row < 2 * KEYS; row++) {
        names.setSafe(row, (random.nextLong() + "-" + row).getBytes(US_ASCII));
      }
      names.setValueCount(2 * KEYS);
      for (int row = 0; row < KEYS; row++) {
        hash.bucket(List.of(names), row);
        checksums.add(hash.checksum());
        assertThat(index.add(hash)).isEqualTo(FIRST + row);
      }
      assertThat(checksums.size()).isLessThan(KEYS);
      for (int row = 0; row < KEYS; row++) {
        hash.bucket(List.of(names), row);
        assertThat(index.find(hash)).isEqualTo(FIRST + row);
        assertThat(index.add(hash)).isEqualTo(FIRST + row);
      }
      for (int row = KEYS; row < 2 * KEYS; row++) {
        hash.bucket(List.of(names), row);
        assertThat(index.find(hash)).isEqualTo(KeyIndex.ABSENT);
      }
      assertThat(index.end()).isEqualTo(FIRST + KEYS);
    }
  }
}
