/**
 * The stages a batch passes after the log, and how they are found.
 *
 * <p>{@link io.millrace.core.stage.SourceType}, {@link io.millrace.core.stage.TransformType} and
 * {@link io.millrace.core.stage.SinkType} are found by ServiceLoader and named in a pipeline's
 * {@code type:}; each declares its options as a record (see {@code core.options}). Vectors come in,
 * vectors or staged files go out. Rule: whoever receives vectors closes them, unless the method
 * says otherwise.
 */
package io.millrace.core.stage;
