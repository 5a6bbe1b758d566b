package io.millrace.connect;

/**
 * How large a batch may grow before it is encoded, learned from what the batches before it became:
 * the encoded record shall come close to its limit and stay below it. Pure arithmetic.
 */
final class BatchTarget {
  /** A batch as large as memory likes; beyond, compression gains nothing. */
  private static final long LARGEST = 8L << 20;

  private static final int MOST_ROWS = 1 << 16;
  private static final double AIM = 0.85;
  private static final int GROWTH = 4;

  private final long limit;
  private long bytes;

  /** Begins as if nothing could be compressed. */
  BatchTarget(long limit) {
    this.limit = limit;
    this.bytes = Math.min(LARGEST, Math.max(1, (long) (AIM * limit)));
  }

  /** Whether a batch of so many rows and bytes of vectors shall be closed. */
  boolean reached(int rows, long vectorBytes) {
    return rows >= MOST_ROWS || vectorBytes >= bytes;
  }

  /**
   * How many rows the next batch shall have, of a block of which so many are left; such that the
   * batches of a block are of about the same size.
   *
   * @param rows of the whole block, with so many bytes of vectors
   */
  int rows(int rows, long vectorBytes, int left) {
    double fitting = Math.min(MOST_ROWS, (double) rows * bytes / Math.max(1, vectorBytes));
    long batches = (long) Math.ceil(left / Math.max(1, fitting));
    return (int) ((left + batches - 1) / batches);
  }

  /** Takes into account that so many bytes of vectors became so many on the wire. */
  void learn(long vectorBytes, long encoded) {
    double fitting = AIM * limit * vectorBytes / encoded;
    bytes = (long) Math.max(1, Math.min(Math.min(LARGEST, (double) GROWTH * bytes), fitting));
  }

  long bytes() {
    return bytes;
  }
}
