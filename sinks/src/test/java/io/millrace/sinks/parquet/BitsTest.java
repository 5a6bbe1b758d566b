package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitsTest {
  private static final int BITMAP = 1_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyAppendingGivesTheBitsInOrder(long seed) {
    Random random = new Random(seed);
    Bits bits = new Bits();
    Bits other = new Bits();
    try (RootAllocator allocator = new RootAllocator();
        ArrowBuf bitmap = allocator.buffer(BITMAP / 8)) {
      for (int i = 0; i < BITMAP / 8; i++) {
        bitmap.setByte(i, random.nextInt());
      }
      for (int round = 0; round < 3; round++) {
        BitSet expected = new BitSet();
        int size = 0;
        bits.clear();
        for (int step = 0; step < 50; step++) {
          int count = random.nextInt(200);
          switch (random.nextInt(4)) {
            case 0 -> {
              bits.appendOnes(count);
              expected.set(size, size + count);
            }
            case 1 -> {
              count = 1;
              bits.append(step & 1);
              expected.set(size, (step & 1) == 1);
            }
            case 2 -> {
              int from = random.nextInt(BITMAP - count);
              bits.append(bitmap, from, from + count);
              copy(bitmap, from, count, expected, size);
            }
            default -> {
              int from = random.nextInt(BITMAP - count);
              other.clear();
              other.append(bitmap, from, from + count);
              bits.append(other);
              copy(bitmap, from, count, expected, size);
            }
          }
          size += count;
        }
        assertThat(bits.size()).isEqualTo(size);
        assertThat(bits.ones()).isEqualTo(expected.cardinality());
        assertThat(BitSet.valueOf(bits.bytes())).isEqualTo(expected);
        for (int i = 0; i < size; i++) {
          assertThat(bits.get(i) == 1).isEqualTo(expected.get(i));
        }
      }
    }
  }

  private static void copy(ArrowBuf bitmap, int from, int count, BitSet to, int at) {
    for (int i = 0; i < count; i++) {
      to.set(at + i, (bitmap.getByte((from + i) / 8) >> ((from + i) % 8) & 1) == 1);
    }
  }
}
