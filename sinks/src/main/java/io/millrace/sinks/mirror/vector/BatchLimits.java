package io.millrace.sinks.mirror.vector;

/**
 * When a batch is large enough.
 *
 * @param rows it never has more rows than these
 * @param bytes it ends with the row that brings it to about this size: rows count as the average of
 *     the batch that they come from
 */
public record BatchLimits(int rows, long bytes) {
  /** 16,384 rows or 2 MiB. */
  public static final BatchLimits DEFAULT = new BatchLimits(1 << 14, 2 << 20);

  public BatchLimits {
    if (rows < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "A batch of %d rows or %d bytes: it has at least 1".formatted(rows, bytes));
    }
  }
}
