package io.millrace.sinks.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;

/**
 * A growing row of bits, least significant first: the order of Arrow's bitmaps, of Parquet's PLAIN
 * booleans and of its bit-packed levels alike, so that bits are only ever shifted into place.
 */
final class Bits {
  /** What fits a word together with the seven bits that may stand before it. */
  private static final int STRIDE = 56;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** All bits from {@link #size} on are zero, and at least eight bytes of them are there. */
  private byte[] bytes = new byte[64];

  private byte[] source = new byte[64];
  private int size;
  private int ones;

  int size() {
    return size;
  }

  int ones() {
    return ones;
  }

  boolean allOnes() {
    return ones == size;
  }

  /** 1 or 0. */
  int get(int index) {
    return (bytes[index >>> 3] >>> (index & 7)) & 1;
  }

  /** The bytes that hold the bits; what follows the last bit is zero. */
  byte[] bytes() {
    return bytes;
  }

  /** How many bytes hold bits. */
  int byteSize() {
    return (size + 7) >>> 3;
  }

  void clear() {
    Arrays.fill(bytes, 0, byteSize(), (byte) 0);
    size = 0;
    ones = 0;
  }

  /** Appends bits [from, to) of an Arrow bitmap. */
  void append(ArrowBuf bitmap, int from, int to) {
    int first = from >>> 3;
    int length = ((to + 7) >>> 3) - first;
    if (source.length < length + Long.BYTES) {
      source = new byte[2 * length + Long.BYTES];
    }
    bitmap.getBytes(first, source, 0, length);
    append(source, from & 7, to - from);
  }

  void append(Bits other) {
    append(other.bytes, 0, other.size);
  }

  void appendOnes(int count) {
    reserve(count);
    for (int left = count; left > 0; left -= STRIDE) {
      put(-1L, Math.min(left, STRIDE));
    }
  }

  void appendZeros(int count) {
    reserve(count);
    size += count;
  }

  void append(int bit) {
    reserve(1);
    put(bit, 1);
  }

  private void append(byte[] from, int bit, int count) {
    reserve(count);
    for (int left = count, at = bit; left > 0; left -= STRIDE, at += STRIDE) {
      put((long) LONG.get(from, at >>> 3) >>> (at & 7), Math.min(left, STRIDE));
    }
  }

  private void put(long word, int count) {
    long bits = word & ((1L << count) - 1);
    int at = size >>> 3;
    LONG.set(bytes, at, (long) LONG.get(bytes, at) | (bits << (size & 7)));
    size += count;
    ones += Long.bitCount(bits);
  }

  private void reserve(int count) {
    int needed = ((size + count + 7) >>> 3) + Long.BYTES;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
    }
  }
}
