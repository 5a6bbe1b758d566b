package io.millrace.connect.clickhouse.column.time;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;

/** {@code DateTime} and {@code Time}: seconds in 32 bits, the latter with a sign. */
final class SecondsReader extends FixedWidthReader {
  private static final long UNSIGNED = 0xffffffffL;
  private static final long SIGNED = -1;

  private final long mask;

  private SecondsReader(FieldVector vector, long mask) {
    super(vector, Integer.BYTES);
    this.mask = mask;
  }

  static SecondsReader unsigned(FieldVector vector) {
    return new SecondsReader(vector, UNSIGNED);
  }

  static SecondsReader signed(FieldVector vector) {
    return new SecondsReader(vector, SIGNED);
  }

  @Override
  protected void convert(Span span) {
    for (long i = 0; i < span.count(); i++) {
      long seconds = MemoryUtil.getInt(span.wire() + i * Integer.BYTES) & mask;
      MemoryUtil.putLong(span.slots() + i * Long.BYTES, seconds);
    }
  }
}
