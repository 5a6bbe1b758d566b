package io.millrace.core.stage;

import io.millrace.core.Unit;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Vectors in, vectors out: depends on nothing but the batch and its unit, so that every retry and
 * every replay gives the same.
 */
public interface Transform {
  /** The schema of what comes out, known before data flows. */
  Schema output();

  /**
   * Takes the batch over, also if it fails: closes it or hands its vectors on. Returns a batch that
   * the caller closes. How a stream is cut into batches changes nothing: what comes out of two
   * batches is what comes out of both as one. Rows may be left out, never added.
   *
   * @param unit what the batch is a part of; the same transform may serve several
   * @throws io.millrace.core.MillraceException (DATA) naming the column and the value that does not
   *     fit
   */
  VectorSchemaRoot apply(VectorSchemaRoot batch, Unit unit);
}
