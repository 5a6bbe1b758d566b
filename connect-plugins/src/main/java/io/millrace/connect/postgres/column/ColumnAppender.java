package io.millrace.connect.postgres.column;

import io.millrace.core.MillraceException;

/**
 * Appends one column to its vector. For each chunk {@link #reserve}, then {@link #append}; for each
 * batch {@link #finish}, and {@link #reset} before the next. The loop over tuples is written out in
 * every class: one shared loop would make each value a call through a table.
 */
public abstract class ColumnAppender {
  private final String column;
  private final boolean nullable;

  /**
   * An appender to a vector.
   *
   * @param column table and column, for errors
   * @param nullable whether NULL may come
   */
  ColumnAppender(String column, boolean nullable) {
    this.column = column;
    this.nullable = nullable;
  }

  /** Makes room for rows {@code 0..rows-1}. */
  public abstract void reserve(int rows);

  /** Consumes the next field of every tuple in the chunk as rows {@code firstRow} and on. */
  public abstract void append(TupleChunk chunk, int firstRow);

  /** How many bytes so many rows take in the vector. */
  public abstract long bytes(int rows);

  /** Makes the vector whole, with so many rows. */
  public abstract void finish(int rows);

  /** Begins again at row 0. */
  public abstract void reset();

  /** Accepts -1 where NULL may come, and no other length. */
  final void requireNull(int length) {
    if (length != -1) {
      throw MillraceException.data(
          "Cannot read %s: a value of %d bytes is not what its type sends"
              .formatted(column, length));
    }
    if (!nullable) {
      throw MillraceException.data(
          "Cannot read %s: it holds NULL although it is declared NOT NULL; validate the constraint"
              .formatted(column));
    }
  }

  /** A value that the Arrow type cannot hold. */
  final MillraceException unfit(String value, String advice) {
    return MillraceException.data(
        "Cannot read %s: %s has no place in its Arrow type; %s".formatted(column, value, advice));
  }
}
