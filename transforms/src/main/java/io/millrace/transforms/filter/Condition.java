package io.millrace.transforms.filter;

import java.util.List;

/** A condition as it is written. Positions count characters of the text, from 1. */
sealed interface Condition {
  /** All of them. */
  record And(List<Condition> parts) implements Condition {}

  /** At least one of them. */
  record Or(List<Condition> parts) implements Condition {}

  /** The opposite. */
  record Not(Condition part) implements Condition {}

  /** A column against a constant. */
  record Compare(Column column, Operator operator, Literal literal) implements Condition {}

  /** A column that is one of several constants. */
  record In(Column column, List<Literal> literals) implements Condition {}

  /** A column without a value. */
  record IsNull(Column column) implements Condition {}

  /** A column's name. */
  record Column(String name, int position) {}

  /**
   * A constant.
   *
   * @param text without quotes
   * @param quoted whether it stood in quotes
   */
  record Literal(String text, boolean quoted, int position) {
    /** As it was written. */
    @Override
    public String toString() {
      return quoted ? "'" + text.replace("'", "''") + "'" : text;
    }
  }
}
