package io.millrace.connect.clickhouse.column.number;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.column.read.ValueType;
import io.millrace.connect.clickhouse.type.DataType;
import java.util.Optional;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Numbers and truth. */
public final class NumberTypes {
  private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
  private static final ArrowType DOUBLE =
      new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

  private NumberTypes() {}

  /** Chooses for a type; nothing if it is none of these. */
  public static Optional<ValueType> find(DataType type, Unrepresentable policy) {
    String source = type.toString();
    return Optional.ofNullable(
        switch (type.name()) {
          case "Bool" -> ValueType.flat(source, ArrowType.Bool.INSTANCE, BoolReader::new);
          case "Int8", "Int16", "Int32", "Int64" ->
              integers(source, new ArrowType.Int(bits(source, "Int"), /* isSigned= */ true));
          case "UInt8", "UInt16", "UInt32", "UInt64" ->
              integers(source, new ArrowType.Int(bits(source, "UInt"), /* isSigned= */ false));
          case "Int128" -> digits(source, 16, IntegerTextReader::signed);
          case "UInt128" -> digits(source, 16, IntegerTextReader::unsigned);
          case "Int256" -> digits(source, 32, IntegerTextReader::signed);
          case "UInt256" -> digits(source, 32, IntegerTextReader::unsigned);
          case "Float32" -> ValueType.flat(source, FLOAT, FixedWidthReader::new);
          case "Float64" -> ValueType.flat(source, DOUBLE, FixedWidthReader::new);
          case "BFloat16" -> ValueType.flat(source, FLOAT, BFloat16Reader::new);
          case "Decimal" -> decimal(type, policy);
          default ->
              type.name().startsWith("Interval")
                  ? ValueType.flat(source, new ArrowType.Int(64, true), FixedWidthReader::new)
                  : null;
        });
  }

  private static ValueType integers(String source, ArrowType.Int arrow) {
    return ValueType.flat(source, arrow, FixedWidthReader::new);
  }

  private static int bits(String source, String prefix) {
    return Integer.parseInt(source.substring(prefix.length()));
  }

  private static ValueType digits(String source, int width, IntegerTextReader.Digits digits) {
    return ValueType.flat(
        source, ArrowType.Utf8.INSTANCE, vector -> new IntegerTextReader(vector, width, digits));
  }

  private static ValueType decimal(DataType type, Unrepresentable policy) {
    if (type.arguments().size() == 2
        && type.arguments().get(0) instanceof DataType.WholeNumber precision
        && type.arguments().get(1) instanceof DataType.WholeNumber scale
        && precision.value() >= 1
        && precision.value() <= DecimalReader.MOST_DIGITS_256
        && scale.value() >= 0
        && scale.value() <= precision.value()) {
      int bits = precision.value() <= DecimalReader.MOST_DIGITS_128 ? 128 : 256;
      return policy.partial(
          ValueType.flat(
              type.toString(),
              new ArrowType.Decimal(precision.value(), scale.value(), bits),
              vector -> new DecimalReader(vector, precision.value(), policy)));
    }
    return null;
  }
}
