package io.millrace.transforms.filter;

import org.apache.arrow.vector.VectorSchemaRoot;

/** A condition on batches of one schema. */
@FunctionalInterface
interface Predicate {
  /** What it is for each row; the caller may change the bits. */
  Truth test(VectorSchemaRoot batch);
}
