package io.millrace.sinks.parquet;

import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;

/** The values of a column that has none. */
final class NullValues implements PageValues {
  @Override
  public int fit(FieldVector vector, int from, int to) {
    return to - from;
  }

  @Override
  public boolean full() {
    return false;
  }

  @Override
  public void append(FieldVector vector, int from, Bits validity) {
    // no position is valid
  }

  @Override
  public Encoded encode(Statistics<?> statistics) {
    return new Encoded(BytesInput.empty(), Encoding.PLAIN, 0);
  }

  @Override
  public void clear() {
    // holds nothing
  }

  @Override
  public long bufferedBytes() {
    return 0;
  }
}
