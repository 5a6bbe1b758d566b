package io.millrace.connect.clickhouse.column.number;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.ValueReader;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;

/** {@code Bool}: a byte each in the answer, a bit each in the vector. */
final class BoolReader extends ValueReader {
  private static final int FIRST_ROWS = 1 << 16;

  private final BitVector vector;

  BoolReader(FieldVector vector) {
    this.vector = (BitVector) vector;
  }

  @Override
  public FieldVector vector() {
    return vector;
  }

  @Override
  public void read(NativeInput in, int count, NullMap nulls) {
    in.claim(count);
    if (vector.getValueCapacity() == 0) {
      vector.allocateNew(Math.max(1, Math.min(count, FIRST_ROWS)));
    }
    for (int done = 0; done < count; done += Byte.SIZE) {
      if (done == vector.getValueCapacity()) {
        vector.reAlloc();
      }
      long bits = count - done >= Byte.SIZE ? NullMap.pack(in.int64()) : last(in, count - done);
      MemoryUtil.putByte(vector.getDataBufferAddress() + done / Byte.SIZE, (byte) bits);
    }
    if (count > 0) {
      nulls.writeTo(vector.getValidityBufferAddress(), count);
    }
    vector.setValueCount(count);
  }

  private static long last(NativeInput in, int count) {
    long bits = 0;
    for (int i = 0; i < count; i++) {
      bits |= NullMap.pack(in.uint8()) << i;
    }
    return bits;
  }
}
