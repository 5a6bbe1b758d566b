package io.millrace.connect.postgres.column.append;

/**
 * Appends one column to its vector. For each chunk {@link #reserve}, then {@link #append}; for each
 * batch {@link #finish}, and {@link #reset} before the next. The loop over tuples is written out in
 * every class: one shared loop would make each value a call through a table.
 *
 * <p>An element of an array or a field of a composite is a column to its appender: it gets a chunk
 * over the bytes of its values, and rows of its own.
 */
public abstract class ColumnAppender {
  private final boolean nullable;

  /** An appender to a vector that may hold NULL or not. */
  protected ColumnAppender(boolean nullable) {
    this.nullable = nullable;
  }

  /** Makes room for rows {@code 0..rows-1}. */
  public abstract void reserve(int rows);

  /**
   * Consumes the next field of every tuple in the chunk as rows {@code firstRow} and on.
   *
   * @throws UnreadableValue if a value has no place in the vector
   * @throws IndexOutOfBoundsException if a tuple ends before its fields do
   */
  public abstract void append(TupleChunk chunk, int firstRow);

  /** How many bytes so many rows take in the vector. */
  public abstract long bytes(int rows);

  /** Makes the vector whole, with so many rows. */
  public abstract void finish(int rows);

  /** Begins again at row 0. */
  public abstract void reset();

  /**
   * Accepts -1 where NULL may come, and no other length.
   *
   * @throws UnreadableValue if the length is another, or the column declared NOT NULL
   */
  protected final void requireNull(int tuple, int length) {
    if (length != -1) {
      throw new UnreadableValue(
          tuple, "a value of %d bytes is not what its type sends".formatted(length));
    }
    if (!nullable) {
      throw new UnreadableValue(
          tuple, "it holds NULL although it is declared NOT NULL; validate the constraint");
    }
  }
}
