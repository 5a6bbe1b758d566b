package io.millrace.connect.postgres.column.append;

import org.apache.arrow.memory.util.MemoryUtil;

/** Arrow's bitmaps: bit i lies in byte i / 8, least significant first. */
public final class Bitmap {
  private Bitmap() {}

  /** Sets bits from {@code first} on; the bits after them, up to the byte's end, become 0. */
  public static void append(long address, int first, int count) {
    int end = first + count;
    int byteIndex = first >>> 3;
    int kept = first & 7;
    if (kept != 0) {
      int low = MemoryUtil.getByte(address + byteIndex) & ((1 << kept) - 1);
      int upTo = Math.min(8, end - (byteIndex << 3));
      MemoryUtil.putByte(address + byteIndex, (byte) (low | (((1 << upTo) - 1) & -(1 << kept))));
      byteIndex++;
    }
    // a chunk's few bytes: filling them by setMemory costs more than all of its values
    for (; byteIndex <= (end >>> 3) - Long.BYTES; byteIndex += Long.BYTES) {
      MemoryUtil.putLong(address + byteIndex, -1L);
    }
    for (; byteIndex < end >>> 3; byteIndex++) {
      MemoryUtil.putByte(address + byteIndex, (byte) -1);
    }
    if (byteIndex == end >>> 3 && (end & 7) != 0) {
      MemoryUtil.putByte(address + byteIndex, (byte) ((1 << (end & 7)) - 1));
    }
  }

  /** Makes one bit 0. */
  public static void clear(long address, int bit) {
    long at = address + (bit >>> 3);
    MemoryUtil.putByte(at, (byte) (MemoryUtil.getByte(at) & ~(1 << (bit & 7))));
  }
}
