package io.millrace.connect.postgres.column.number;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.ValueType;
import io.millrace.connect.postgres.column.append.ValueType.Fit;
import io.millrace.connect.postgres.server.PostgresType;
import java.util.Optional;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.postgresql.core.Oid;

/** Numbers and truth. */
public final class NumberTypes {
  private static final int MODIFIER_OFFSET = 4;
  private static final int MOST_DIGITS_128 = 38;
  private static final int MOST_DIGITS_256 = 76;
  private static final int MONEY_DIGITS = 19;

  private NumberTypes() {}

  /** Chooses for a type; nothing if it is none of these. */
  public static Optional<ValueType> find(PostgresType.Scalar type) {
    return Optional.ofNullable(
        switch (type.oid()) {
          case Oid.BOOL -> bool(type);
          case Oid.INT2 ->
              fixed(type, new ArrowType.Int(16, true), Bits16Appender::new)
                  .readFromText(NumberText.int16());
          case Oid.INT4 ->
              fixed(type, new ArrowType.Int(32, true), Bits32Appender::new)
                  .readFromText(NumberText.int32());
          case Oid.INT8 ->
              fixed(type, new ArrowType.Int(64, true), Bits64Appender::new)
                  .readFromText(NumberText.int64());
          case Oid.OID ->
              fixed(type, new ArrowType.Int(32, false), Bits32Appender::new)
                  .readFromText(NumberText.int32());
          case Oid.FLOAT4 ->
              fixed(
                      type,
                      new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
                      Bits32Appender::new)
                  .readFromText(NumberText.float32());
          case Oid.FLOAT8 ->
              fixed(
                      type,
                      new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
                      Bits64Appender::new)
                  .readFromText(NumberText.float64());
          case Oid.NUMERIC -> numeric(type).readFromText(new NumericText());
          default -> null;
        });
  }

  private static ValueType bool(PostgresType type) {
    return ValueType.flat(
            type,
            ArrowType.Bool.INSTANCE,
            Fit.WHOLE,
            (vector, policy) -> new BoolAppender((BitVector) vector))
        .readFromText(NumberText.bool());
  }

  /** An amount of money: its fraction digits are the server's. */
  public static ValueType money(PostgresType.Money type) {
    return ValueType.flat(
            type,
            new ArrowType.Decimal(MONEY_DIGITS, type.fractionDigits(), 128),
            Fit.WHOLE,
            (vector, policy) -> new MoneyAppender((DecimalVector) vector))
        .readFromText(NumberText.money());
  }

  /**
   * The modifier is that of numeric.c: precision in the upper 16 bits, scale in the lower 11 with
   * its sign. A negative scale (rounding before the point) and one above the precision take more
   * digits.
   */
  private static ValueType numeric(PostgresType.Scalar type) {
    int modifier = type.modifier() - MODIFIER_OFFSET;
    int declaredScale = ((modifier & 0x7ff) ^ 0x400) - 0x400;
    int scale = Math.max(0, declaredScale);
    int precision = Math.max(((modifier >> 16) & 0xffff) + scale - declaredScale, scale);
    if (type.modifier() < MODIFIER_OFFSET || precision > MOST_DIGITS_256) {
      return ValueType.flat(
          type,
          ArrowType.Utf8.INSTANCE,
          Fit.WHOLE,
          (vector, policy) -> new NumericTextAppender((VarCharVector) vector));
    }
    return ValueType.flat(
        type,
        new ArrowType.Decimal(precision, scale, precision <= MOST_DIGITS_128 ? 128 : 256),
        Fit.PARTIAL,
        (vector, policy) -> new DecimalAppender((BaseFixedWidthVector) vector, scale, policy));
  }

  private interface FixedOpener {
    ColumnAppender open(BaseFixedWidthVector vector);
  }

  private static ValueType fixed(PostgresType type, ArrowType arrow, FixedOpener opener) {
    return ValueType.flat(
        type, arrow, Fit.WHOLE, (vector, policy) -> opener.open((BaseFixedWidthVector) vector));
  }
}
