package io.millrace.connect.clickhouse.column.nested;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import io.millrace.connect.clickhouse.column.read.ValueReader;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** {@code Tuple}: all prefixes, then a column for each element. */
final class StructReader extends ValueReader {
  private final StructVector vector;
  private final List<ValueReader> fields;

  /** A reader of tuples whose elements other ones read, in the vector's order. */
  StructReader(FieldVector vector, List<ValueReader> fields) {
    this.vector = (StructVector) vector;
    this.fields = List.copyOf(fields);
  }

  @Override
  public FieldVector vector() {
    return vector;
  }

  @Override
  public void readPrefix(NativeInput in) {
    fields.forEach(field -> field.readPrefix(in));
  }

  @Override
  public void read(NativeInput in, int count, NullMap nulls) {
    in.claim(count / Byte.SIZE);
    for (ValueReader field : fields) {
      try {
        field.read(in, count, NullMap.NONE);
      } catch (UnreadableBlock e) {
        throw e.within("." + field.vector().getName());
      }
    }
    try (ArrowBuf validity = Validity.of(nulls, count, vector.getAllocator())) {
      vector.loadFieldBuffers(new ArrowFieldNode(count, nulls.nulls(count)), List.of(validity));
    }
  }

  @Override
  public void close() {
    fields.forEach(ValueReader::close);
  }
}
