package io.millrace.connect.clickhouse.column.dictionary;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import io.millrace.connect.clickhouse.type.DataType;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;

/** {@code Enum8} and {@code Enum16}: the number of a label, of 8 or 16 bits with sign. */
final class EnumReader extends DictionaryReader {
  private static final char UNKNOWN = 0xffff;

  private final VarCharVector labels;
  private final int bits;
  private final char[] places;
  private BaseFixedWidthVector indices;
  private FixedWidthReader numbers;

  /**
   * A reader of one enum.
   *
   * @param bits 8 or 16
   */
  EnumReader(FieldVector plain, int bits, List<DataType.Label> declared) {
    super(plain);
    this.bits = bits;
    this.places = places(bits, declared);
    labels = new VarCharVector("labels", plain.getAllocator());
    for (int i = 0; i < declared.size(); i++) {
      labels.setSafe(i, declared.get(i).label().getBytes(UTF_8));
    }
    labels.setValueCount(declared.size());
  }

  /** Where the label of each number stands. */
  private static char[] places(int bits, List<DataType.Label> declared) {
    char[] places = new char[1 << bits];
    Arrays.fill(places, UNKNOWN);
    for (int i = 0; i < declared.size(); i++) {
      places[declared.get(i).value() & (places.length - 1)] = (char) i;
    }
    return places;
  }

  @Override
  public void read(NativeInput in, int count, NullMap nulls) {
    if (count == 0) {
      giveNothing();
      return;
    }
    if (indices == null) {
      indices = indices(bits);
      numbers = bits == Byte.SIZE ? new Numbers8(indices, places) : new Numbers16(indices, places);
    }
    numbers.read(in, count, nulls);
    give(labels, indices, in, nulls);
  }

  @Override
  public void close() {
    labels.close();
    if (indices != null) {
      indices.close();
    }
  }

  private static UnreadableBlock unknown(int number) {
    return UnreadableBlock.malformed("its type has no label for %d".formatted(number));
  }

  private static final class Numbers8 extends FixedWidthReader {
    private final char[] places;

    Numbers8(FieldVector vector, char[] places) {
      super(vector);
      this.places = places;
    }

    @Override
    protected void convert(Span span) {
      for (int i = 0; i < span.count(); i++) {
        byte number = MemoryUtil.getByte(span.slots() + i);
        char place = places[number & 0xff];
        if (place == UNKNOWN && !span.isNull(i)) {
          throw unknown(number);
        }
        MemoryUtil.putByte(span.slots() + i, place == UNKNOWN ? 0 : (byte) place);
      }
    }
  }

  private static final class Numbers16 extends FixedWidthReader {
    private final char[] places;

    Numbers16(FieldVector vector, char[] places) {
      super(vector);
      this.places = places;
    }

    @Override
    protected void convert(Span span) {
      for (int i = 0; i < span.count(); i++) {
        long at = span.slots() + (long) i * Short.BYTES;
        short number = MemoryUtil.getShort(at);
        char place = places[number & 0xffff];
        if (place == UNKNOWN && !span.isNull(i)) {
          throw unknown(number);
        }
        MemoryUtil.putShort(at, place == UNKNOWN ? 0 : (short) place);
      }
    }
  }
}
