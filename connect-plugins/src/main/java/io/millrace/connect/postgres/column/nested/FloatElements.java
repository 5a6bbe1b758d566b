package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.Bitmap;
import io.millrace.connect.postgres.column.append.TupleChunk;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.Float4Vector;

/** The elements of vectors: float32 without lengths, none of them NULL. */
final class FloatElements {
  private final Float4Vector vector;
  private int count;

  FloatElements(Float4Vector vector) {
    this.vector = vector;
    vector.allocateNew(1024);
  }

  /** Adds so many big-endian floats. */
  void add(byte[] bytes, int at, int floats) {
    long slot = next(floats);
    for (int i = 0; i < floats; i++) {
      MemoryUtil.putInt(
          slot + (long) i * Float.BYTES, TupleChunk.int32(bytes, at + i * Float.BYTES));
    }
  }

  void addZeros(int floats) {
    MemoryUtil.setMemory(next(floats), (long) floats * Float.BYTES, (byte) 0);
  }

  private long next(int floats) {
    int end = Math.addExact(count, floats);
    while (end > vector.getValueCapacity()) {
      vector.reAlloc();
    }
    Bitmap.append(vector.getValidityBufferAddress(), count, floats);
    long slot = vector.getDataBufferAddress() + (long) count * Float.BYTES;
    count = end;
    return slot;
  }

  long bytes() {
    return (long) count * Float.BYTES;
  }

  void finish() {
    vector.setValueCount(count);
  }

  void reset() {
    count = 0;
  }
}
