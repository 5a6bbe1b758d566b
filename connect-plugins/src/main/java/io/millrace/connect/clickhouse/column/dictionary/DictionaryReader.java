package io.millrace.connect.clickhouse.column.dictionary;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.ValueReader;
import java.util.List;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** What readers of indices share: what leaves is the indices, or a copy of each row's value. */
abstract class DictionaryReader extends ValueReader {
  private static final long NONE = -1;

  /** Rows per entry of a dictionary from which on it pays: each record takes it along. */
  private static final int PAYS = 4;

  /** Of its values: every record of the block takes all of them along. */
  private static final long MOST_BYTES = 256 << 10;

  /** Of the rows, when a sink unpacks them; it refuses batches that take 256 MiB. */
  private static final long MOST_UNPACKED = 64 << 20;

  private final FieldVector plain;
  private final Gather gather;
  private FieldVector values;
  private FieldVector current;
  private long id = NONE;

  /** A reader that copies to a vector what is not worth a dictionary. */
  DictionaryReader(FieldVector plain) {
    this.plain = plain;
    this.current = plain;
    this.gather = Gather.into(plain);
  }

  @Override
  public final FieldVector vector() {
    return current;
  }

  @Override
  public final List<Dictionary> dictionaries() {
    return current == plain
        ? List.of()
        : List.of(new Dictionary(values, current.getField().getDictionary()));
  }

  @Override
  public final void allowDictionary(long id) {
    boolean large =
        plain instanceof BaseVariableWidthVector || plain instanceof FixedSizeBinaryVector;
    this.id = large ? id : NONE;
  }

  /**
   * A vector of indices of so many bits, like the plain one in all else; the caller closes it. To
   * be made when values are read, not before: only then it is known whether a dictionary is
   * allowed.
   */
  final BaseFixedWidthVector indices(int bits) {
    Field like = plain.getField();
    var type = new ArrowType.Int(bits, /* isSigned= */ false);
    var fieldType =
        new FieldType(
            like.isNullable(),
            type,
            new DictionaryEncoding(Math.max(0, id), /* ordered= */ false, type),
            like.getMetadata());
    return (BaseFixedWidthVector)
        new Field(like.getName(), fieldType, null).createVector(plain.getAllocator());
  }

  /** The rows are none. */
  final void giveNothing() {
    current = plain;
    plain.setValueCount(0);
  }

  /** The rows are these indices of these values. */
  final void give(FieldVector values, FieldVector indices, NativeInput in, NullMap nulls) {
    int rows = indices.getValueCount();
    if (id != NONE && pays(values, rows)) {
      this.values = values;
      current = indices;
    } else {
      current = plain;
      gather.copy(values, (BaseFixedWidthVector) indices, in, nulls);
    }
  }

  private static boolean pays(FieldVector values, int rows) {
    long count = values.getValueCount();
    long bytes = values.getBufferSize();
    return count * PAYS <= rows
        && bytes <= MOST_BYTES
        && bytes / Math.max(1, count) * rows <= MOST_UNPACKED;
  }

  /** A reader into a vector of indices. */
  static FixedWidthReader reader(BaseFixedWidthVector indices) {
    return new FixedWidthReader(indices);
  }
}
