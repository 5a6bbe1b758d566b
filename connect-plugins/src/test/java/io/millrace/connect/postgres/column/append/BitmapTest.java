package io.millrace.connect.postgres.column.append;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** Bitmaps, bit by bit, in memory that holds junk before. */
class BitmapTest {
  private static final long BYTES = 8;

  @Test
  void appendsOnesAndLeavesZerosToTheEndOfTheByte() {
    try (BufferAllocator allocator = new RootAllocator();
        ArrowBuf buffer = allocator.buffer(BYTES)) {
      for (int first = 0; first < 40; first++) {
        for (int count = 0; count < 24; count++) {
          buffer.setOne(0L, BYTES);
          Bitmap.append(buffer.memoryAddress(), 0, first);
          Bitmap.append(buffer.memoryAddress(), first, count);
          int end = first + count;
          int written = (end + 7) / 8 * 8;
          for (int bit = 0; bit < written; bit++) {
            assertThat(bit(buffer, bit))
                .as("bit %d after %d and %d", bit, first, count)
                .isEqualTo(bit < end);
          }
        }
      }
    }
  }

  @Test
  void clearsOneBitOnly() {
    try (BufferAllocator allocator = new RootAllocator();
        ArrowBuf buffer = allocator.buffer(BYTES)) {
      Bitmap.append(buffer.memoryAddress(), 0, 64);
      Bitmap.clear(buffer.memoryAddress(), 37);
      for (int bit = 0; bit < 64; bit++) {
        assertThat(bit(buffer, bit)).isEqualTo(bit != 37);
      }
    }
  }

  private static boolean bit(ArrowBuf buffer, int bit) {
    return (buffer.getByte(bit / 8) >> (bit % 8) & 1) == 1;
  }
}
