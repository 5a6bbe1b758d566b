package io.millrace.core.stage;

import io.millrace.core.MillraceException;
import org.apache.arrow.vector.types.pojo.Schema;

/** A kind of transform. */
public interface TransformType<O extends Record> extends StageType<O> {
  /**
   * A transform of batches of this schema.
   *
   * @throws MillraceException (CONFIGURATION) naming the option that does not fit the schema
   */
  Transform open(O options, Schema input);
}
