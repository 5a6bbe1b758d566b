package io.millrace.sinks.parquet;

import org.apache.arrow.vector.FieldVector;

/** The byte strings of a run of positions in a vector: how long they are, and their bytes. */
sealed interface ByteStrings permits Offsets, Views {
  /** Turns to the positions [from, to) of a vector; value 0 is the one at {@code from}. */
  void read(FieldVector vector, int from, int to);

  /** Bytes of one value of the run. */
  int length(int index);

  /** Bytes of all values of the run. */
  long size();

  /** Copies all values of the run to {@code out} from {@code at} on, one behind the other. */
  void copy(byte[] out, int at);

  /** Bytes of the values at the positions [from, to). */
  long bytes(FieldVector vector, int from, int to);

  /**
   * How many of the positions [from, to) surely begin within {@code room} bytes when each value
   * stands behind its length: at least one if there is room at all. Nulls are taken for values, so
   * that one may have to ask again.
   */
  default int fit(FieldVector vector, int from, int to, long room) {
    read(vector, from, to);
    int count = 0;
    for (long left = room; left > 0 && count < to - from; count++) {
      left -= Integer.BYTES + length(count);
    }
    return count;
  }
}
