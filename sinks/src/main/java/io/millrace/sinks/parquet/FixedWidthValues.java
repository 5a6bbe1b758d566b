package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;
import static io.millrace.sinks.parquet.PageBytes.LONG;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.column.statistics.Statistics;

/**
 * Values of a fixed width. They pass in strides that stay in the processor's first cache: copied
 * out of the vector, nulls squeezed out, converted into the page.
 */
final class FixedWidthValues implements PageValues {
  private static final int STRIDE_BYTES = 16 << 10;

  private final int arrowWidth;
  private final int plainWidth;
  private final Conversion conversion;
  private final MinMax minMax;
  private final PageEncoding encoding;
  private final int limit;
  private final int strideRows;
  private final byte[] stride;
  private final PageBytes page;

  FixedWidthValues(
      int arrowWidth,
      int plainWidth,
      Conversion conversion,
      MinMax minMax,
      PageEncoding encoding,
      int pageBytes) {
    this.arrowWidth = arrowWidth;
    this.plainWidth = plainWidth;
    this.conversion = conversion;
    this.minMax = minMax;
    this.encoding = encoding;
    this.limit = Math.max(pageBytes, plainWidth);
    this.strideRows = Math.max(1, STRIDE_BYTES / arrowWidth);
    this.stride = new byte[strideRows * arrowWidth];
    this.page = new PageBytes(limit);
  }

  @Override
  public int fit(FieldVector vector, int from, int to) {
    return Math.min(to - from, (limit - page.size()) / plainWidth);
  }

  @Override
  public boolean full() {
    return limit - page.size() < plainWidth;
  }

  @Override
  public void append(FieldVector vector, int from, Bits validity) {
    ArrowBuf data = vector.getDataBuffer();
    byte[] out = page.reserve((long) validity.ones() * plainWidth);
    for (int done = 0; done < validity.size(); done += strideRows) {
      int count = Math.min(strideRows, validity.size() - done);
      data.getBytes((long) (from + done) * arrowWidth, stride, 0, count * arrowWidth);
      if (!validity.allOnes()) {
        count = squeeze(validity, done, count);
      }
      conversion.convert(stride, count, out, page.size());
      page.advance(count * plainWidth);
    }
  }

  /** Moves the valid values of the stride together and returns how many there are. */
  private int squeeze(Bits validity, int first, int count) {
    int kept = 0;
    switch (arrowWidth) {
      case Integer.BYTES -> {
        for (int i = 0; i < count; i++) {
          INT.set(stride, kept << 2, (int) INT.get(stride, i << 2));
          kept += validity.get(first + i);
        }
      }
      case Long.BYTES -> {
        for (int i = 0; i < count; i++) {
          LONG.set(stride, kept << 3, (long) LONG.get(stride, i << 3));
          kept += validity.get(first + i);
        }
      }
      case 2 * Long.BYTES -> {
        for (int i = 0; i < count; i++) {
          long low = (long) LONG.get(stride, i << 4);
          long high = (long) LONG.get(stride, (i << 4) + Long.BYTES);
          LONG.set(stride, kept << 4, low);
          LONG.set(stride, (kept << 4) + Long.BYTES, high);
          kept += validity.get(first + i);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          System.arraycopy(stride, i * arrowWidth, stride, kept * arrowWidth, arrowWidth);
          kept += validity.get(first + i);
        }
      }
    }
    return kept;
  }

  @Override
  public Encoded encode(Statistics<?> statistics) {
    if (page.size() > 0) {
      minMax.update(statistics, page.array(), page.size());
    }
    return encoding.encode(page);
  }

  @Override
  public void hash(ValueHashes hashes) {
    for (int at = 0; at < page.size(); at += plainWidth) {
      hashes.add(page.array(), at, plainWidth);
    }
  }

  @Override
  public void clear() {
    page.clear();
  }

  @Override
  public long bufferedBytes() {
    return page.size();
  }
}
