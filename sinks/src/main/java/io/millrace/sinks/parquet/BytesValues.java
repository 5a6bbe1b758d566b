package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;

import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;

/** Byte strings, PLAIN: each behind its length in four bytes. */
final class BytesValues implements PageValues {
  private final ByteStrings strings;
  private final int limit;
  private final PageBytes page;
  private int count;

  BytesValues(ByteStrings strings, int pageBytes) {
    this.strings = strings;
    this.limit = pageBytes;
    this.page = new PageBytes(pageBytes);
  }

  @Override
  public int fit(FieldVector vector, int from, int to) {
    return strings.fit(vector, from, to, limit - page.size());
  }

  @Override
  public void append(FieldVector vector, int from, Bits validity) {
    int rows = validity.size();
    strings.read(vector, from, from + rows);
    // All values go as one piece to the end of the room they will need, then each to its place:
    // nothing is written over what is still to be moved.
    byte[] out = page.reserve((long) rows * Integer.BYTES + strings.size());
    int to = page.size();
    int value = to + rows * Integer.BYTES;
    strings.copy(out, value);
    for (int i = 0; i < rows; i++) {
      int length = strings.length(i);
      if (validity.get(i) == 1) {
        INT.set(out, to, length);
        System.arraycopy(out, value, out, to + Integer.BYTES, length);
        to += Integer.BYTES + length;
      }
      value += length;
    }
    page.advance(to - page.size());
    count += validity.ones();
  }

  @Override
  public boolean full() {
    return page.size() >= limit;
  }

  /** Makes these the values of the page, which is empty; its room goes to where they were. */
  void take(PageBytes values, int number) {
    page.swap(values);
    count = number;
  }

  /** Adds one value. */
  void append(byte[] bytes, int from, int length) {
    byte[] out = page.reserve((long) Integer.BYTES + length);
    INT.set(out, page.size(), length);
    System.arraycopy(bytes, from, out, page.size() + Integer.BYTES, length);
    page.advance(Integer.BYTES + length);
    count++;
  }

  @Override
  public Encoded encode(Statistics<?> statistics) {
    if (count > 0) {
      minMax(statistics);
    }
    long byteArrayBytes = page.size() - (long) count * Integer.BYTES;
    return new Encoded(page.content(), Encoding.PLAIN, byteArrayBytes);
  }

  private void minMax(Statistics<?> statistics) {
    byte[] plain = page.array();
    int min = Integer.BYTES;
    int max = Integer.BYTES;
    int minEnd = min + (int) INT.get(plain, 0);
    int maxEnd = minEnd;
    for (int next = minEnd; next < page.size(); ) {
      int value = next + Integer.BYTES;
      int end = value + (int) INT.get(plain, next);
      if (Arrays.compareUnsigned(plain, value, end, plain, min, minEnd) < 0) {
        min = value;
        minEnd = end;
      } else if (Arrays.compareUnsigned(plain, value, end, plain, max, maxEnd) > 0) {
        max = value;
        maxEnd = end;
      }
      next = end;
    }
    MinMax.update(statistics, plain, min, minEnd - min);
    MinMax.update(statistics, plain, max, maxEnd - max);
  }

  @Override
  public void hash(ValueHashes hashes) {
    for (int next = 0; next < page.size(); ) {
      int length = (int) INT.get(page.array(), next);
      hashes.add(page.array(), next + Integer.BYTES, length);
      next += Integer.BYTES + length;
    }
  }

  @Override
  public void clear() {
    page.clear();
    count = 0;
  }

  @Override
  public long bufferedBytes() {
    return page.size();
  }

  @Override
  public long variableBytes(FieldVector vector, int from, int to) {
    return strings.bytes(vector, from, to);
  }
}
