package io.millrace.sinks.parquet;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.SizeStatistics;

/** The levels of a page while it grows. */
interface Levels {
  int rows();

  /** Values, nulls and empty lists: what Parquet counts as the values of the page. */
  int entries();

  /** Entries without a value. */
  int nulls();

  /** Repetition levels, then definition levels, each behind their length; until {@link #clear}. */
  BytesInput encode();

  /** How many entries there are of each level, and how long the values are. */
  SizeStatistics sizes(ColumnDescriptor column, long byteArrayBytes);

  /** Begins the next page. */
  void clear();

  /** Bytes held in memory. */
  long bufferedBytes();
}
