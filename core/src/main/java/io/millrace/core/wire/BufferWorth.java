package io.millrace.core.wire;

import java.util.Arrays;

/**
 * Which buffers of a stream's batches are compressed. Remembers, by a buffer's place in the batch,
 * whether compression saved enough the last time; where it did not, the next batches store that
 * buffer as it is, which costs nothing on either side, and then it is tried again.
 */
final class BufferWorth {
  /** Of a buffer's bytes, to be worth the time to compress and decompress them. */
  private static final int PERCENT_SAVED = 30;

  /** What is shorter says nothing of batches to come, and costs next to nothing. */
  private static final int LEAST_BYTES = 4 << 10;

  /** Batches between two attempts. */
  static final int PAUSE = 31;

  private int[] left = new int[0];
  private int place = -1;

  /** Forgets all, for batches of another schema. */
  void reset() {
    left = new int[0];
  }

  /** Goes back to the first buffer. */
  void startBatch() {
    place = -1;
  }

  /** Goes on to the next buffer, and says whether to compress it. */
  boolean next() {
    place++;
    if (place >= left.length) {
      left = Arrays.copyOf(left, Math.max(16, 2 * place));
    }
    if (left[place] == 0) {
      return true;
    }
    left[place]--;
    return false;
  }

  /** Learns what compression made of the buffer. */
  void learn(long plain, long packed) {
    if (plain >= LEAST_BYTES && packed * 100 > plain * (100 - PERCENT_SAVED)) {
      left[place] = PAUSE;
    }
  }
}
