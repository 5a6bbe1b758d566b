/**
 * Transforms that move columns without touching their values: {@link
 * io.millrace.transforms.RenameType}, {@link io.millrace.transforms.SelectType} and {@link
 * io.millrace.transforms.DropType}.
 *
 * <p>A batch comes in, a batch with other columns goes out, its buffers handed on as they are. Each
 * type checks its options against the schema and makes a {@link io.millrace.transforms.Projection}.
 * Rule: a column that is not there is an error, never skipped.
 */
package io.millrace.transforms;
