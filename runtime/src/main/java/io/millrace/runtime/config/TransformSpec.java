package io.millrace.runtime.config;

import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a pipeline does to its batches.
 *
 * @param type the kind of transform
 * @param given its options
 */
public record TransformSpec<O extends Record>(TransformType<O> type, Given<O> given) {
  /** A transform of batches of this schema; an error tells the file's line where it can. */
  public Transform open(Schema input) {
    return given.section().located(() -> type.open(given.options(), input));
  }
}
