package io.millrace.sinks.parquet;

import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;

/** Booleans, PLAIN: one bit each, as in Arrow. */
final class BooleanValues implements PageValues {
  private final long limit;
  private final Bits page = new Bits();
  private final Bits run = new Bits();

  BooleanValues(int pageBytes) {
    this.limit = 8L * pageBytes;
  }

  @Override
  public int fit(FieldVector vector, int from, int to) {
    return (int) Math.min(to - from, limit - page.size());
  }

  @Override
  public boolean full() {
    return page.size() >= limit;
  }

  @Override
  public void append(FieldVector vector, int from, Bits validity) {
    int to = from + validity.size();
    if (validity.allOnes()) {
      page.append(vector.getDataBuffer(), from, to);
      return;
    }
    run.clear();
    run.append(vector.getDataBuffer(), from, to);
    for (int i = 0; i < validity.size(); i++) {
      if (validity.get(i) == 1) {
        page.append(run.get(i));
      }
    }
  }

  @Override
  public Encoded encode(Statistics<?> statistics) {
    if (page.ones() < page.size()) {
      statistics.updateStats(false);
    }
    if (page.ones() > 0) {
      statistics.updateStats(true);
    }
    return new Encoded(BytesInput.from(page.bytes(), 0, page.byteSize()), Encoding.PLAIN, 0);
  }

  @Override
  public void clear() {
    page.clear();
  }

  @Override
  public long bufferedBytes() {
    return page.byteSize();
  }
}
