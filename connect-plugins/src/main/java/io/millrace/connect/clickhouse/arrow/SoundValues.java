package io.millrace.connect.clickhouse.arrow;

import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.column.text.Utf8Check;
import java.math.BigDecimal;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.util.ValueVectorUtility;

/**
 * Refuses what the server writes without asking whether it has a place: texts that are not UTF-8,
 * and numbers of more digits than their type has; and values that would lie outside of their
 * buffer.
 */
final class SoundValues {
  private final Utf8Check utf8 = new Utf8Check();

  /**
   * Looks at all values of a vector, and of those inside.
   *
   * @param path names it in errors
   * @throws UnreadableBlock naming the first value without a place
   */
  void require(FieldVector vector, String path) {
    List<FieldVector> children = vector.getChildrenFromFields();
    if (children.isEmpty()) { // Arrow's own check takes a map for something else
      ValueVectorUtility.validate(vector);
    }
    try {
      if (vector instanceof VarCharVector texts) {
        requireOffsets(texts.getOffsetBuffer(), texts.getValueCount(), texts.getDataBuffer());
        utf8.check(texts, Unrepresentable.ERROR);
      } else if (vector instanceof ListVector lists) {
        requireOffsets(
            lists.getOffsetBuffer(), lists.getValueCount(), lists.getDataVector().getValueCount());
      } else if (vector instanceof DecimalVector numbers) {
        for (int row = 0; row < numbers.getValueCount(); row++) {
          requireDigits(numbers.getObject(row), numbers.getPrecision(), row);
        }
      } else if (vector instanceof Decimal256Vector numbers) {
        for (int row = 0; row < numbers.getValueCount(); row++) {
          requireDigits(numbers.getObject(row), numbers.getPrecision(), row);
        }
      }
    } catch (UnreadableBlock e) {
      if (!e.hasRow()) {
        throw e.within(path);
      }
      throw UnreadableBlock.unrepresentable(
          e.row(), "column %s, value %d: %s".formatted(path, e.row() + 1, e.getMessage()));
    }
    for (FieldVector child : children) {
      require(child, path + "." + child.getName());
    }
  }

  private static void requireOffsets(ArrowBuf offsets, int count, ArrowBuf data) {
    requireOffsets(offsets, count, data.capacity());
  }

  private static void requireOffsets(ArrowBuf offsets, int count, long end) {
    int last = 0;
    for (int i = 0; count > 0 && i <= count; i++) {
      int next = offsets.getInt((long) i * Integer.BYTES);
      if (next < last || next > end) {
        throw UnreadableBlock.malformed(
            "a value ends at %d after %d, of %d".formatted(next, last, end));
      }
      last = next;
    }
  }

  private static void requireDigits(BigDecimal number, int most, int row) {
    if (number != null && number.precision() > most) {
      throw UnreadableBlock.unrepresentable(
          row,
          "the digits %s are more than the %d of its type: select it as a Decimal of more digits"
              .formatted(number.unscaledValue(), most));
    }
  }
}
