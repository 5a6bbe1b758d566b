/**
 * Arrow vectors in, Parquet files out, column by column and never through a row.
 *
 * <p>{@link io.millrace.sinks.parquet.ArrowParquetWriter} is the way in. {@code Shape} says what an
 * Arrow field becomes: a tree of groups and lists with {@code ColumnType}s as its leaves. A {@code
 * FlatColumn} takes its levels from the validity bits as they are; below a group or a list {@code
 * NestedNode}s make them, once per field. {@code ColumnPages} fills one page at a time by the
 * {@code PageValues} that the column's type chose. parquet-java takes the finished pages, their
 * statistics, Bloom filters and the footer. Rule: what is written depends on the rows and the
 * options alone, so that the same rows give byte-equal files however they were cut into batches.
 */
package io.millrace.sinks.parquet;
