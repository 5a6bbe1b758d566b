/**
 * Arrow vectors in, Parquet files out, column by column and never through a row.
 *
 * <p>{@link io.millrace.sinks.parquet.ArrowParquetWriter} is the way in. It feeds each vector to
 * its {@code ColumnEncoder}, which fills one page at a time: definition levels from the validity
 * bits, values by the {@code PageValues} that {@code ColumnType} chose once for the column.
 * parquet-java takes the finished pages, their statistics and the footer. Rule: what is written
 * depends on the rows and the options alone, so that the same rows give byte-equal files however
 * they were cut into batches.
 */
package io.millrace.sinks.parquet;
