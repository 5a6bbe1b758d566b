package io.millrace.connect.clickhouse.column.number;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;

/** {@code BFloat16}: the upper half of a float. */
final class BFloat16Reader extends FixedWidthReader {
  BFloat16Reader(FieldVector vector) {
    super(vector, Short.BYTES);
  }

  @Override
  protected void convert(Span span) {
    for (long i = 0; i < span.count(); i++) {
      int upper = MemoryUtil.getShort(span.wire() + i * Short.BYTES);
      MemoryUtil.putInt(span.slots() + i * Integer.BYTES, upper << Short.SIZE);
    }
  }
}
