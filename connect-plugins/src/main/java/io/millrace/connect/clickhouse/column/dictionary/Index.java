package io.millrace.connect.clickhouse.column.dictionary;

import org.apache.arrow.memory.util.MemoryUtil;

/** Indices of 8, 16 or 32 bits in memory, without sign. */
final class Index {
  private Index() {}

  /** The index of a row. */
  static int at(long address, int width, int row) {
    return switch (width) {
      case Byte.BYTES -> MemoryUtil.getByte(address + row) & 0xff;
      case Short.BYTES -> MemoryUtil.getShort(address + (long) row * Short.BYTES) & 0xffff;
      default -> MemoryUtil.getInt(address + (long) row * Integer.BYTES);
    };
  }

  /**
   * The largest of all; of indices with 32 bits those beyond an int are, as negative numbers, too.
   */
  static long largest(long address, int width, int rows) {
    long largest = 0;
    for (int row = 0; row < rows; row++) {
      largest = Math.max(largest, Integer.toUnsignedLong(at(address, width, row)));
    }
    return largest;
  }
}
