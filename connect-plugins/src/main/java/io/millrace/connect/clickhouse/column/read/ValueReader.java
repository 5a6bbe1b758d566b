package io.millrace.connect.clickhouse.column.read;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;

/** Fills one vector with the values of a block, then with those of the next. */
public abstract class ValueReader implements AutoCloseable {
  /** The vector that holds the values read last. */
  public abstract FieldVector vector();

  /** What {@link #vector} refers to, if it is encoded. */
  public List<Dictionary> dictionaries() {
    return List.of();
  }

  /** From now on {@link #vector} may be encoded by a dictionary of this id, where that pays. */
  public void allowDictionary(long id) {}

  /** Reads what comes once per block, before any values. */
  public void readPrefix(NativeInput in) {}

  /**
   * Reads so many values in place of those before.
   *
   * @param nulls which of them mean nothing, since they are NULL
   * @throws UnreadableBlock if the bytes are not values of this type
   */
  public abstract void read(NativeInput in, int count, NullMap nulls);

  /** Closes what the reader holds besides the vector that it was opened for. */
  @Override
  public void close() {}
}
