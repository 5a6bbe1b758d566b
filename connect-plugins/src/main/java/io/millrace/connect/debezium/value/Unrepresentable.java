package io.millrace.connect.debezium.value;

/** What becomes of a value that its Arrow type cannot hold. */
public enum Unrepresentable {
  /** The reading fails. */
  ERROR,
  /** NULL takes its place. */
  NULL,
  /** The nearest value takes its place. */
  CLAMP;

  /**
   * Whether the nearest value takes the place of this one; if not, NULL does.
   *
   * @throws UnreadableValue if neither does
   */
  boolean clamps(Object value, String why) {
    if (this == ERROR) {
      throw new UnreadableValue(
          "%s has no place in its Arrow type: %s; leave the column out with column.exclude.list, or set on_unrepresentable to null or clamp"
              .formatted(value, why));
    }
    return this == CLAMP;
  }
}
