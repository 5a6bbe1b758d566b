package io.millrace.connect.clickhouse.column.text;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.VariableWidthReader;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;

/** What readers of addresses share: characters of ASCII, one after the other. */
abstract class AddressReader extends VariableWidthReader {
  private static final int LONGEST = 48;

  private long target;
  private int written;

  AddressReader(FieldVector vector) {
    super(vector);
  }

  @Override
  protected final void append(NativeInput in, int first, int count, NullMap nulls) {
    for (int i = first; i < first + count; i++) {
      target = room(in, LONGEST);
      written = 0;
      write(in);
      used += written;
      endRow(i);
    }
  }

  /** Writes the next address. */
  abstract void write(NativeInput in);

  final void put(char c) {
    MemoryUtil.putByte(target + written++, (byte) c);
  }

  final void putNumber(int value, int radix) {
    if (value >= radix) {
      putNumber(value / radix, radix);
    }
    put(Character.forDigit(value % radix, radix));
  }

  /** Four numbers with dots between them, of a number of 32 bits. */
  final void putDotted(int address) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      putNumber(address >>> shift & 0xff, 10);
      if (shift > 0) {
        put('.');
      }
    }
  }
}
