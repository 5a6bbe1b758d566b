package io.millrace.connect.postgres.column.append;

/**
 * A value that cannot be appended, and why. Each appender on the way out adds the step to it, so
 * that the message can name the very element, such as {@code period.upper} or {@code tags[3]}.
 */
public final class UnreadableValue extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int tuple;
  private final String path;

  /** A value of the chunk's tuple of this number, counted from 0. */
  public UnreadableValue(int tuple, String reason) {
    this(tuple, "", reason, null);
  }

  private UnreadableValue(int tuple, String path, String reason, Throwable cause) {
    super(reason, cause);
    this.tuple = tuple;
    this.path = path;
  }

  /** Bytes that are not what their type sends. */
  public static UnreadableValue malformed(int tuple, String what) {
    return new UnreadableValue(tuple, what + " is not what its type sends; is the table damaged?");
  }

  /** The same value, seen from the tuple that it is a part of. */
  public UnreadableValue within(int outerTuple, String step) {
    return new UnreadableValue(outerTuple, step + path, getMessage(), this);
  }

  /** Which tuple of the chunk it belongs to. */
  public int tuple() {
    return tuple;
  }

  /** Where it lies in its column: {@code .upper}, {@code [3]}, or empty. */
  public String path() {
    return path;
  }
}
