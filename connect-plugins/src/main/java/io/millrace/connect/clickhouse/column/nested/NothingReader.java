package io.millrace.connect.clickhouse.column.nested;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.ValueReader;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;

/** {@code Nothing} and {@code Tuple()}: a byte each that means nothing. */
final class NothingReader extends ValueReader {
  private final NullVector vector;

  NothingReader(FieldVector vector) {
    this.vector = (NullVector) vector;
  }

  @Override
  public FieldVector vector() {
    return vector;
  }

  @Override
  public void read(NativeInput in, int count, NullMap nulls) {
    in.claim(count);
    for (int i = 0; i < count; i++) {
      in.uint8();
    }
    vector.setValueCount(count);
  }
}
