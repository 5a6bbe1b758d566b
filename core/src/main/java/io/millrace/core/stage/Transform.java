package io.millrace.core.stage;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Vectors in, vectors out: depends on nothing but the batch, so that every retry gives the same.
 */
public interface Transform {
  /** The schema of what comes out, known before data flows. */
  Schema output();

  /**
   * Takes the batch over, also if it fails: closes it or hands its vectors on. Returns a batch that
   * the caller closes. How a stream is cut into batches changes nothing: what comes out of two
   * batches is what comes out of both as one.
   */
  VectorSchemaRoot apply(VectorSchemaRoot batch);
}
