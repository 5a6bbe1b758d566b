package io.millrace.connect.debezium.value;

/** Writes values into the rows of a vector, from the first row on. */
@FunctionalInterface
public interface ValueWriter {
  /**
   * Writes a value that is not null.
   *
   * @param value as Kafka Connect has it
   * @return about how many bytes it takes
   * @throws UnreadableValue if it has no place in the vector's type
   */
  long write(int row, Object value);
}
