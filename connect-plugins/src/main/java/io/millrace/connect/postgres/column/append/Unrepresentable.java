package io.millrace.connect.postgres.column.append;

/** What becomes of a value that its Arrow type cannot hold. */
public enum Unrepresentable {
  /** The reading fails. */
  ERROR,
  /** NULL takes its place. */
  NULL,
  /** The nearest value takes its place, or NULL where there is none. */
  CLAMP;

  private static final String OPTION = ", or set on_unrepresentable to null or clamp";

  /**
   * Whether the nearest value takes the place of this one; if not, NULL does.
   *
   * @param tuple where it is in the chunk
   * @param advice what to do about it in the table
   * @throws UnreadableValue if neither does
   */
  public boolean clamps(int tuple, String value, String advice) {
    refuseIfError(tuple, value, advice);
    return this == CLAMP;
  }

  /**
   * Lets NULL take the place of a value that has no nearest one.
   *
   * @throws UnreadableValue if it may not
   */
  public void nullify(int tuple, String value, String advice) {
    refuseIfError(tuple, value, advice);
  }

  private void refuseIfError(int tuple, String value, String advice) {
    if (this == ERROR) {
      throw new UnreadableValue(
          tuple, "%s has no place in its Arrow type; %s%s".formatted(value, advice, OPTION));
    }
  }
}
