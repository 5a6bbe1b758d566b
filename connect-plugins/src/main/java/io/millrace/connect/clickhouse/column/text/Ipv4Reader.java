package io.millrace.connect.clickhouse.column.text;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import org.apache.arrow.vector.FieldVector;

/** {@code IPv4}: a number of 32 bits, little-endian. */
final class Ipv4Reader extends AddressReader {
  Ipv4Reader(FieldVector vector) {
    super(vector);
  }

  @Override
  void write(NativeInput in) {
    int address = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      address |= in.uint8() << shift;
    }
    putDotted(address);
  }
}
