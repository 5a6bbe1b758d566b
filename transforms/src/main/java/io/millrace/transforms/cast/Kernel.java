package io.millrace.transforms.cast;

import org.apache.arrow.vector.FieldVector;

/** Makes the values of one type those of another. */
@FunctionalInterface
interface Kernel {
  /** Rows of a chunk: its longs stay in the first-level cache. */
  int CHUNK = 1024;

  /**
   * Converts all rows. Nulls are marked in {@code to} already, and stay nulls.
   *
   * @param to a vector with room for the rows
   * @param misfits hears of values that do not fit
   */
  void cast(FieldVector from, FieldVector to, int rows, Misfits misfits);
}
