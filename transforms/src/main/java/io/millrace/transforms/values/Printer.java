package io.millrace.transforms.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.UUID;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The canonical text of a type's values. */
@FunctionalInterface
public interface Printer {
  /**
   * The text of a value that is not null.
   *
   * @throws DateTimeException if a timestamp lies beyond the years that can be written
   * @throws IllegalArgumentException if bytes are no UTF-8
   */
  String print(FieldVector vector, int row);

  /** What prints a field's values, if they are scalars with a text. */
  static Optional<Printer> of(Field field) {
    ArrowType type = field.getType();
    Optional<String> extension = Extensions.name(field);
    if (extension.isPresent()) {
      return switch (extension.get()) {
        case Extensions.UUID -> Optional.of(Printer::uuid);
        case Extensions.JSON -> Optional.of(Printer::text);
        default -> Optional.empty();
      };
    } else if (type instanceof ArrowType.Utf8) {
      return Optional.of(Printer::text);
    } else if (type instanceof ArrowType.Binary) {
      return Optional.of((v, row) -> utf8(((VarBinaryVector) v).get(row)));
    } else if (type instanceof ArrowType.FloatingPoint floating) {
      return switch (floating.getPrecision()) {
        case HALF -> Optional.empty();
        case SINGLE -> Optional.of((v, row) -> text(((Float4Vector) v).get(row)));
        case DOUBLE -> Optional.of((v, row) -> text(((Float8Vector) v).get(row)));
      };
    }
    Optional<Whole> whole = Whole.of(type);
    if (whole.isPresent()) {
      Layout layout = whole.get().layout();
      Optional<LongText> text = LongText.of(type);
      return text.map(t -> (v, row) -> t.print(layout.get(v.getDataBuffer(), row)));
    }
    return type instanceof ArrowType.Decimal
        ? Optional.of((v, row) -> decimal(v, row).toPlainString())
        : Optional.empty();
  }

  /** A value of a decimal vector. */
  static BigDecimal decimal(FieldVector vector, int row) {
    return vector instanceof Decimal256Vector wide
        ? wide.getObject(row)
        : ((DecimalVector) vector).getObject(row);
  }

  private static String text(FieldVector vector, int row) {
    return new String(((VarCharVector) vector).get(row), UTF_8);
  }

  private static String utf8(byte[] bytes) {
    try {
      return UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("no UTF-8", e);
    }
  }

  private static String uuid(FieldVector vector, int row) {
    ByteBuffer bytes = ByteBuffer.wrap(((FixedSizeBinaryVector) vector).get(row));
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  private static String text(double value) {
    return Double.isFinite(value)
        ? signed(Math.copySign(1, value) < 0, Numbers.shortest(value), 15)
        : Double.toString(value);
  }

  private static String text(float value) {
    return Float.isFinite(value)
        ? signed(Math.copySign(1, value) < 0, Numbers.shortest(value), 6)
        : Float.toString(value);
  }

  /** As Postgres does: plain from 0.0001 up to so many digits, with an exponent beyond. */
  private static String signed(boolean negative, BigDecimal value, int digits) {
    if (value.signum() == 0) {
      return negative ? "-0" : "0";
    }
    BigDecimal bare = value.stripTrailingZeros();
    int exponent = bare.precision() - bare.scale() - 1;
    if (exponent >= -4 && exponent < digits) {
      return bare.toPlainString();
    }
    return "%se%s%02d"
        .formatted(
            bare.movePointLeft(exponent).toPlainString(),
            exponent < 0 ? "-" : "+",
            Math.abs(exponent));
  }
}
