package io.millrace.connect.clickhouse.column.text;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;

/** {@code UUID}: two numbers of 64 bits, the upper half first, each of them little-endian. */
final class UuidReader extends FixedWidthReader {
  UuidReader(FieldVector vector) {
    super(vector);
  }

  @Override
  protected void convert(Span span) {
    for (long at = span.slots(), i = 0; i < 2L * span.count(); i++, at += Long.BYTES) {
      MemoryUtil.putLong(at, Long.reverseBytes(MemoryUtil.getLong(at)));
    }
  }
}
