package io.millrace.connect.clickhouse.column.time;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;

/** {@code Date}: days since 1970 in 16 bits, without sign. */
final class DateReader extends FixedWidthReader {
  DateReader(FieldVector vector) {
    super(vector, Short.BYTES);
  }

  @Override
  protected void convert(Span span) {
    for (long i = 0; i < span.count(); i++) {
      int days = MemoryUtil.getShort(span.wire() + i * Short.BYTES) & 0xffff;
      MemoryUtil.putInt(span.slots() + i * Integer.BYTES, days);
    }
  }
}
