package io.millrace.sinks.parquet;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import io.millrace.core.MillraceException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * What the values of an Arrow field become: Parquet's physical and logical type, and the encoder.
 * This is the one table of types: a field is a tree with these as its leaves, see {@link Shape}.
 *
 * @param length bytes of a FIXED_LEN_BYTE_ARRAY, else 0
 * @param logical null for a type that the physical one already says
 * @param values makes the encoder of one column of one file
 */
record ColumnType(
    PrimitiveTypeName physical,
    int length,
    LogicalTypeAnnotation logical,
    Function<PageLimits, PageValues> values) {
  private static final String EXTENSION_NAME = "ARROW:extension:name";
  private static final int UUID_BYTES = 16;
  private static final int MAX_PRECISION = 76;

  /**
   * The type of a field without children.
   *
   * @param path names the field in errors
   * @throws MillraceException if there is none, naming the field and its Arrow type
   */
  static ColumnType of(Field field, String path) {
    ArrowType type = field.getType();
    String extension = field.getMetadata().getOrDefault(EXTENSION_NAME, "");
    if (type instanceof ExtensionType e) {
      type = e.storageType();
      extension = e.extensionName();
    }
    boolean json = extension.equals("arrow.json");
    return switch (type.getTypeID()) {
      case Bool -> new ColumnType(BOOLEAN, 0, null, o -> new BooleanValues(o.pageBytes()));
      case Int -> integer((ArrowType.Int) type);
      case FloatingPoint -> floatingPoint((ArrowType.FloatingPoint) type);
      case Decimal -> decimal(path, (ArrowType.Decimal) type);
      case Utf8 -> text(json, Offsets::ofInts);
      case LargeUtf8 -> text(json, Offsets::ofLongs);
      case Utf8View -> text(json, Views::new);
      case Binary -> binary(Offsets::ofInts);
      case LargeBinary -> binary(Offsets::ofLongs);
      case BinaryView -> binary(Views::new);
      case FixedSizeBinary -> fixedSizeBinary(path, (ArrowType.FixedSizeBinary) type, extension);
      case Date -> date((ArrowType.Date) type);
      case Time -> time((ArrowType.Time) type);
      case Timestamp -> timestamp((ArrowType.Timestamp) type);
      case Duration -> numbers(INT64, null, 8, Conversion.same(8), MinMax::longs);
      case Null ->
          new ColumnType(INT32, 0, LogicalTypeAnnotation.unknownType(), o -> new NullValues());
      default -> throw unsupported(path, type.toString());
    };
  }

  private static ColumnType integer(ArrowType.Int type) {
    int bits = type.getBitWidth();
    boolean signed = type.getIsSigned();
    LogicalTypeAnnotation logical =
        signed && bits >= Integer.SIZE ? null : LogicalTypeAnnotation.intType(bits, signed);
    MinMax ints = signed ? MinMax::ints : MinMax::unsignedInts;
    return switch (bits) {
      case Byte.SIZE ->
          numbers(
              INT32,
              logical,
              1,
              signed ? Conversion::byteToInt : Conversion::unsignedByteToInt,
              ints);
      case Short.SIZE ->
          numbers(
              INT32,
              logical,
              2,
              signed ? Conversion::shortToInt : Conversion::unsignedShortToInt,
              ints);
      case Integer.SIZE -> numbers(INT32, logical, 4, Conversion.same(4), ints);
      default ->
          numbers(
              INT64,
              logical,
              8,
              Conversion.same(8),
              signed ? MinMax::longs : MinMax::unsignedLongs);
    };
  }

  private static ColumnType floatingPoint(ArrowType.FloatingPoint type) {
    return switch (type.getPrecision()) {
      case SINGLE -> numbers(FLOAT, null, 4, Conversion.same(4), MinMax::floats);
      case DOUBLE -> numbers(DOUBLE, null, 8, Conversion.same(8), MinMax::doubles);
      case HALF ->
          fixed(2, LogicalTypeAnnotation.float16Type(), 2, Conversion.same(2), MinMax::halves);
    };
  }

  private static ColumnType decimal(String path, ArrowType.Decimal type) {
    int precision = type.getPrecision();
    int scale = type.getScale();
    if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
      throw MillraceException.data(
          "Cannot write column \"%s\" as decimal(%d, %d): Parquet wants 1 to %d digits and a scale"
                  .formatted(path, precision, scale, MAX_PRECISION)
              + " of 0 to as many");
    }
    if (type.getBitWidth() < 128) {
      throw unsupported(path, type.toString()); // Arrow for Java has no vectors for these
    }
    LogicalTypeAnnotation logical = LogicalTypeAnnotation.decimalType(scale, precision);
    int arrowWidth = type.getBitWidth() / Byte.SIZE;
    Conversion conversion = DecimalConversion.of(arrowWidth, precision);
    int width = DecimalConversion.width(precision);
    if (precision <= DecimalConversion.INT_DIGITS) {
      return numbers(INT32, logical, arrowWidth, conversion, MinMax::ints);
    }
    return precision <= DecimalConversion.LONG_DIGITS
        ? numbers(INT64, logical, arrowWidth, conversion, MinMax::longs)
        : fixed(width, logical, arrowWidth, conversion, MinMax.signedFixed(width));
  }

  private static ColumnType text(boolean json, Supplier<ByteStrings> strings) {
    return new ColumnType(
        BINARY,
        0,
        json ? LogicalTypeAnnotation.jsonType() : LogicalTypeAnnotation.stringType(),
        o ->
            switch (o.dictionaries()) {
              case NONE -> new BytesValues(strings.get(), o);
              case TEXT -> new DictionaryValues(strings.get(), o);
            });
  }

  private static ColumnType binary(Supplier<ByteStrings> strings) {
    return new ColumnType(BINARY, 0, null, o -> new BytesValues(strings.get(), o));
  }

  private static ColumnType fixedSizeBinary(
      String path, ArrowType.FixedSizeBinary type, String extension) {
    int width = type.getByteWidth();
    if (width < 1) {
      throw unsupported(path, type.toString());
    }
    boolean uuid = extension.equals("arrow.uuid") && width == UUID_BYTES;
    return fixed(
        width,
        uuid ? LogicalTypeAnnotation.uuidType() : null,
        width,
        Conversion.same(width),
        MinMax.fixed(width));
  }

  private static ColumnType date(ArrowType.Date type) {
    LogicalTypeAnnotation logical = LogicalTypeAnnotation.dateType();
    return switch (type.getUnit()) {
      case DAY -> numbers(INT32, logical, 4, Conversion.same(4), MinMax::ints);
      case MILLISECOND -> numbers(INT32, logical, 8, Conversion::millisToDays, MinMax::ints);
    };
  }

  /** A time of day is local: readers would take one "adjusted to UTC" for a time with a zone. */
  private static ColumnType time(ArrowType.Time type) {
    return switch (type.getUnit()) {
      case SECOND ->
          numbers(INT32, time(TimeUnit.MILLIS), 4, Conversion::secondOfDayToMillis, MinMax::ints);
      case MILLISECOND ->
          numbers(INT32, time(TimeUnit.MILLIS), 4, Conversion.same(4), MinMax::ints);
      case MICROSECOND ->
          numbers(INT64, time(TimeUnit.MICROS), 8, Conversion.same(8), MinMax::longs);
      case NANOSECOND -> numbers(INT64, time(TimeUnit.NANOS), 8, Conversion.same(8), MinMax::longs);
    };
  }

  private static LogicalTypeAnnotation time(TimeUnit unit) {
    return LogicalTypeAnnotation.timeType(false, unit);
  }

  /** With a zone Arrow's value is an instant, without one it is a local time. */
  private static ColumnType timestamp(ArrowType.Timestamp type) {
    boolean instant = type.getTimezone() != null && !type.getTimezone().isEmpty();
    TimeUnit unit =
        switch (type.getUnit()) {
          case SECOND, MILLISECOND -> TimeUnit.MILLIS;
          case MICROSECOND -> TimeUnit.MICROS;
          case NANOSECOND -> TimeUnit.NANOS;
        };
    Conversion conversion =
        type.getUnit() == org.apache.arrow.vector.types.TimeUnit.SECOND
            ? Conversion::secondsToMillis
            : Conversion.same(8);
    return numbers(
        INT64, LogicalTypeAnnotation.timestampType(instant, unit), 8, conversion, MinMax::longs);
  }

  private static ColumnType numbers(
      PrimitiveTypeName physical,
      LogicalTypeAnnotation logical,
      int arrowWidth,
      Conversion conversion,
      MinMax minMax) {
    int width = physical == INT32 || physical == FLOAT ? Integer.BYTES : Long.BYTES;
    return new ColumnType(
        physical,
        0,
        logical,
        o ->
            new FixedWidthValues(
                arrowWidth, width, conversion, minMax, o.encoding(physical), o.pageBytes()));
  }

  private static ColumnType fixed(
      int width,
      LogicalTypeAnnotation logical,
      int arrowWidth,
      Conversion conversion,
      MinMax minMax) {
    return new ColumnType(
        FIXED_LEN_BYTE_ARRAY,
        width,
        logical,
        o ->
            new FixedWidthValues(
                arrowWidth, width, conversion, minMax, PageEncoding.PLAIN, o.pageBytes()));
  }

  /** An integer made of a wider value, such as one part of an interval. */
  static ColumnType part(PrimitiveTypeName physical, int arrowWidth, Conversion conversion) {
    return physical == INT32
        ? numbers(INT32, null, arrowWidth, conversion, MinMax::ints)
        : numbers(INT64, null, arrowWidth, conversion, MinMax::longs);
  }

  private static MillraceException unsupported(String path, String type) {
    return MillraceException.data(
        "Cannot write column \"%s\": Arrow type %s has no Parquet column here; cast it to another"
                .formatted(path, type)
            + " type in the source, or leave it out");
  }
}
