package io.millrace.connect.clickhouse.column.nested;

import io.millrace.connect.clickhouse.column.read.NullMap;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** The validity of vectors that are loaded from buffers. */
final class Validity {
  private Validity() {}

  /** A bit each for so many values; the caller closes it. */
  static ArrowBuf of(NullMap nulls, int count, BufferAllocator allocator) {
    long size = (count + 7L) / Byte.SIZE;
    ArrowBuf bits = allocator.buffer(size);
    nulls.writeTo(bits.memoryAddress(), count);
    return bits.writerIndex(size);
  }
}
