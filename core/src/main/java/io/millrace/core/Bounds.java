package io.millrace.core;

import java.util.Optional;

/**
 * What a Partition means: the rows that belong to it by their own values. System-agnostic, for
 * people and for other readers of the topic; each source has its own way to ask for such rows.
 */
public sealed interface Bounds {
  /** The whole run. */
  record Everything() implements Bounds {}

  /** The rows with a NULL in the partition column. */
  record Nulls(String column) implements Bounds {}

  /** The rows with {@code from <= column < to}; a bound that is absent is open. */
  record Range(String column, String fromOrNull, String toOrNull) implements Bounds {
    public Optional<String> from() {
      return Optional.ofNullable(fromOrNull);
    }

    public Optional<String> to() {
      return Optional.ofNullable(toOrNull);
    }
  }
}
