package io.millrace.connect.debezium.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Numbers. */
final class NumberTypes {
  private static final String PRECISION = "connect.decimal.precision";
  private static final int MOST_DIGITS_128 = 38;
  private static final int MOST_DIGITS_256 = 76;
  private static final int BITS_128 = 128;
  private static final int BITS_256 = 256;

  private final Unrepresentable policy;

  NumberTypes(Unrepresentable policy) {
    this.policy = policy;
  }

  Optional<ValueType> find(Schema schema) {
    return Optional.ofNullable(schema.name() == null ? plain(schema.type()) : named(schema));
  }

  private ValueType named(Schema schema) {
    return switch (schema.name()) {
      case Decimal.LOGICAL_NAME -> decimal(schema.parameters());
      case "io.debezium.data.VariableScaleDecimal" ->
          text(
              value -> ((Struct) value).getBytes("value"),
              value -> ((Struct) value).getInt32("scale"));
      case "io.debezium.time.Year" -> plain(Schema.Type.INT32);
      case "io.debezium.time.MicroDuration", "io.debezium.time.NanoDuration" ->
          plain(Schema.Type.INT64);
      default -> null;
    };
  }

  private interface Unscaled {
    byte[] of(Object value);
  }

  private interface Scale {
    int of(Object value);
  }

  private static ValueType text(Unscaled unscaled, Scale scale) {
    return ValueType.flat(
        ArrowType.Utf8.INSTANCE,
        vector ->
            (row, value) -> {
              var number = new BigDecimal(new BigInteger(unscaled.of(value)), scale.of(value));
              return TextTypes.put(vector, row, number.toPlainString());
            });
  }

  private static ValueType plain(Schema.Type type) {
    return switch (type) {
      case BOOLEAN ->
          ValueType.flat(
              ArrowType.Bool.INSTANCE,
              vector ->
                  (row, value) -> {
                    ((BitVector) vector).setSafe(row, (Boolean) value ? 1 : 0);
                    return 1;
                  });
      case INT8 ->
          integer(8, vector -> (row, n) -> ((TinyIntVector) vector).setSafe(row, n.byteValue()));
      case INT16 ->
          integer(16, vector -> (row, n) -> ((SmallIntVector) vector).setSafe(row, n.shortValue()));
      case INT32 ->
          integer(32, vector -> (row, n) -> ((IntVector) vector).setSafe(row, n.intValue()));
      case INT64 ->
          integer(64, vector -> (row, n) -> ((BigIntVector) vector).setSafe(row, n.longValue()));
      case FLOAT32 ->
          number(
              new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
              Float.BYTES,
              vector -> (row, n) -> ((Float4Vector) vector).setSafe(row, n.floatValue()));
      case FLOAT64 ->
          number(
              new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
              Double.BYTES,
              vector -> (row, n) -> ((Float8Vector) vector).setSafe(row, n.doubleValue()));
      default -> null;
    };
  }

  private interface Setter {
    void set(int row, Number value);
  }

  private interface SetterOf {
    Setter of(FieldVector vector);
  }

  private static ValueType integer(int bits, SetterOf setters) {
    return number(new ArrowType.Int(bits, true), bits / Byte.SIZE, setters);
  }

  private static ValueType number(ArrowType arrow, int bytes, SetterOf setters) {
    return ValueType.flat(
        arrow,
        vector -> {
          Setter setter = setters.of(vector);
          return (row, value) -> {
            setter.set(row, (Number) value);
            return bytes;
          };
        });
  }

  /** A decimal of a declared precision; without one, or with more than 76 digits, its text. */
  private ValueType decimal(Map<String, String> parameters) {
    int scale = Integer.parseInt(parameters.get(Decimal.SCALE_FIELD));
    String declared = parameters.get(PRECISION);
    int precision = declared == null ? 0 : Integer.parseInt(declared);
    if (precision < 1 || precision > MOST_DIGITS_256 || scale < 0 || scale > precision) {
      return ValueType.flat(
          ArrowType.Utf8.INSTANCE,
          vector ->
              (row, value) -> TextTypes.put(vector, row, ((BigDecimal) value).toPlainString()));
    }
    int bits = precision <= MOST_DIGITS_128 ? BITS_128 : BITS_256;
    return ValueType.flat(
        new ArrowType.Decimal(precision, scale, bits),
        vector -> (row, value) -> put(vector, row, fitting((BigDecimal) value, precision, scale)));
  }

  /** Null where NULL takes the value's place. */
  private BigDecimal fitting(BigDecimal value, int precision, int scale) {
    BigDecimal scaled = value.setScale(scale, RoundingMode.DOWN);
    BigDecimal most =
        BigDecimal.TEN.pow(precision - scale).subtract(BigDecimal.ONE.movePointLeft(scale));
    boolean fits = scaled.compareTo(value) == 0 && scaled.precision() <= precision;
    if (fits) {
      return scaled;
    }
    String why = "it has %d digits, %d of them behind the point".formatted(precision, scale);
    if (!policy.clamps(value.toPlainString(), why)) {
      return null;
    }
    return scaled.max(most.negate()).min(most).setScale(scale);
  }

  private static long put(FieldVector vector, int row, BigDecimal valueOrNull) {
    if (valueOrNull == null) {
      vector.setNull(row);
      return 0;
    }
    if (vector instanceof DecimalVector narrow) {
      narrow.setSafe(row, valueOrNull);
      return DecimalVector.TYPE_WIDTH;
    }
    ((Decimal256Vector) vector).setSafe(row, valueOrNull);
    return Decimal256Vector.TYPE_WIDTH;
  }
}
