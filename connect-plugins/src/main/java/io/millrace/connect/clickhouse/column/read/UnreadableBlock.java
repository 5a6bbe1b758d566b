package io.millrace.connect.clickhouse.column.read;

/**
 * Bytes that are no block, or a value without a place in Arrow. Each reader on the way out adds its
 * step, so that the message can name the very element, such as {@code .upper} or {@code [3]}.
 */
public final class UnreadableBlock extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int NOWHERE = -1;

  private final Cause cause;
  private final int row;
  private final String path;

  /** Whose fault it is. */
  public enum Cause {
    /** The answer ended, or broke off: another attempt may succeed. */
    ENDED,
    /** The bytes cannot be what they should be, or would take too much memory. */
    MALFORMED,
    /** The value is sound, and Arrow's type does not hold it. */
    UNREPRESENTABLE
  }

  private UnreadableBlock(Cause cause, int row, String path, String reason, Throwable origin) {
    super(reason, origin);
    this.cause = cause;
    this.row = row;
    this.path = path;
  }

  /** The answer ended where it should not. */
  public static UnreadableBlock ended(String reason, Throwable origin) {
    return new UnreadableBlock(Cause.ENDED, NOWHERE, "", reason, origin);
  }

  /** Bytes that cannot be what they should be. */
  public static UnreadableBlock malformed(String reason) {
    return new UnreadableBlock(Cause.MALFORMED, NOWHERE, "", reason, null);
  }

  /** A value of the given row that its vector cannot hold. */
  public static UnreadableBlock unrepresentable(int row, String reason) {
    return new UnreadableBlock(Cause.UNREPRESENTABLE, row, "", reason, null);
  }

  /** The same, seen from what it is a part of. */
  public UnreadableBlock within(String step) {
    return within(step, row);
  }

  /** The same, seen from the row that its row is an element of. */
  public UnreadableBlock within(String step, int outerRow) {
    return new UnreadableBlock(cause, outerRow, step + path, getMessage(), this);
  }

  /** Whose fault it is. */
  public Cause cause() {
    return cause;
  }

  /** Whether it is about a single row. */
  public boolean hasRow() {
    return row != NOWHERE;
  }

  /** The row, counted from 0. */
  public int row() {
    return row;
  }

  /** Where it lies in its column, or empty. */
  public String path() {
    return path;
  }
}
