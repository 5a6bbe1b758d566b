/**
 * The transforms: {@link io.millrace.transforms.RenameType}, {@link
 * io.millrace.transforms.SelectType} and {@link io.millrace.transforms.DropType} move columns,
 * {@link io.millrace.transforms.CastType}, {@link io.millrace.transforms.AddType} and {@link
 * io.millrace.transforms.FilterType} change what is in them.
 *
 * <p>A batch comes in, a batch with other columns or fewer rows goes out; buffers that stay as they
 * are are handed on. Each type checks its options against the schema. Rule: a column that is not
 * there is an error, never skipped.
 */
package io.millrace.transforms;
