package io.millrace.core.stage;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Vectors in, vectors out: depends on nothing but the batch, so that every retry gives the same.
 */
public interface Transform {
  /** The schema of what comes out, known before data flows. */
  Schema output();

  /** Takes the batch over (it is closed or handed on) and returns one that the caller closes. */
  VectorSchemaRoot apply(VectorSchemaRoot batch);
}
