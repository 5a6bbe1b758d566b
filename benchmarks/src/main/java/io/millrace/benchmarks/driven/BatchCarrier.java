package io.millrace.benchmarks.driven;

import org.apache.arrow.vector.VectorSchemaRoot;

/** What a reader hands its batches to, and what says when one is large enough. */
interface BatchCarrier {
  /** Whether so many rows, with so many bytes in their vectors, are enough. */
  boolean isFull(int rows, long bytes);

  /** Takes the rows; the vectors are used again afterwards. */
  void take(VectorSchemaRoot batch, long bytes) throws Exception;
}
