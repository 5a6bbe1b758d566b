package io.millrace.sinks.mirror.vector;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BitVectorHelper;

/** Copies stretches of bits, least significant first, into bits that are zero so far. */
final class BitRuns {
  private BitRuns() {}

  static void setOnes(ArrowBuf to, long at, int count) {
    long end = at + count;
    long bit = at;
    for (; bit < end && (bit & 7) != 0; bit++) {
      BitVectorHelper.setBit(to, bit);
    }
    long bytes = (end - bit) >>> 3;
    if (bytes > 0) {
      to.setOne(bit >>> 3, bytes);
      bit += bytes << 3;
    }
    for (; bit < end; bit++) {
      BitVectorHelper.setBit(to, bit);
    }
  }

  static void copy(ArrowBuf from, long first, ArrowBuf to, long at, int count) {
    for (int done = 0; done < count; done += Byte.SIZE) {
      int taken = Math.min(Byte.SIZE, count - done);
      int bits = bits(from, first + done, taken);
      if (bits != 0) {
        or(to, at + done, bits, taken);
      }
    }
  }

  /** Up to eight bits. */
  private static int bits(ArrowBuf from, long first, int count) {
    int shift = (int) (first & 7);
    int bits = (from.getByte(first >>> 3) & 0xff) >>> shift;
    if (shift + count > Byte.SIZE) {
      bits |= (from.getByte((first >>> 3) + 1) & 0xff) << (Byte.SIZE - shift);
    }
    return bits & ((1 << count) - 1);
  }

  private static void or(ArrowBuf to, long at, int bits, int count) {
    int shift = (int) (at & 7);
    long place = at >>> 3;
    to.setByte(place, (byte) (to.getByte(place) | bits << shift));
    if (shift + count > Byte.SIZE) {
      to.setByte(place + 1, (byte) (to.getByte(place + 1) | bits >>> (Byte.SIZE - shift)));
    }
  }
}
