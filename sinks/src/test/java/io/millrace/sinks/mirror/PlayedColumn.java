package io.millrace.sinks.mirror;

import io.millrace.core.stage.SourceTable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * A column of the played table.
 *
 * @param field its name and type
 * @param value makes values of it, never null
 * @param toasted whether large values of it may be left out of an update
 */
public record PlayedColumn(Field field, Function<Random, Object> value, boolean toasted) {
  private static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;

  String name() {
    return field.getName();
  }

  /** A column that may be part of a key; few of its values are equal. */
  static PlayedColumn ofKey(String name, Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> number(name, 32, "integer");
      case 1 -> number(name, 64, "bigint");
      case 2 -> of(name, TEXT, "text", r -> "key " + r.nextInt(), false);
      case 3 -> decimal(name, 12, 3, 128);
      case 4 -> of(name, new ArrowType.FixedSizeBinary(16), "uuid", r -> bytes(r, 16), false);
      case 5 -> floating(name, FloatingPointPrecision.DOUBLE);
      default -> of(name, new ArrowType.Date(DateUnit.DAY), "date", Random::nextInt, false);
    };
  }

  /** A column of any kind. */
  static PlayedColumn any(String name, Random random) {
    return switch (random.nextInt(16)) {
      case 0 -> number(name, 16, "smallint");
      case 1 -> number(name, 32, "integer");
      case 2 -> floating(name, FloatingPointPrecision.SINGLE);
      case 3 -> decimal(name, 9, 2, 128);
      case 4 -> decimal(name, 60, 5, 256);
      case 5 -> of(name, new ArrowType.Bool(), "boolean", Random::nextBoolean, false);
      case 6 ->
          of(
              name,
              new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"),
              "timestamp(3) with time zone",
              Random::nextLong,
              false);
      case 7 -> of(name, new ArrowType.Binary(), "bytea", r -> bytes(r, r.nextInt(9)), true);
      case 8 ->
          of(
              name,
              new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
              "interval",
              r -> r.nextInt(1000),
              false);
      case 9 -> list(name, number("element", 32, "integer"));
      case 10 -> list(name, text("element"));
      case 11 -> struct(name);
      case 12 ->
          nested(
              name,
              new ArrowType.FixedSizeList(2),
              List.of(floating("element", FloatingPointPrecision.SINGLE).field()),
              r -> List.of(r.nextFloat(), r.nextFloat()));
      case 13 -> map(name);
      default -> text(name);
    };
  }

  public static PlayedColumn text(String name) {
    return of(
        name, TEXT, "character varying(80)", r -> "x".repeat(r.nextInt(6)) + r.nextInt(), true);
  }

  public static PlayedColumn number(String name, int bits, String type) {
    return of(name, new ArrowType.Int(bits, true), type, r -> (int) (short) r.nextInt(), false);
  }

  private static PlayedColumn floating(String name, FloatingPointPrecision precision) {
    String type = precision == FloatingPointPrecision.SINGLE ? "real" : "double precision";
    return of(name, new ArrowType.FloatingPoint(precision), type, Random::nextFloat, false);
  }

  private static PlayedColumn decimal(String name, int precision, int scale, int bits) {
    return of(
        name,
        new ArrowType.Decimal(precision, scale, bits),
        "numeric(%d,%d)".formatted(precision, scale),
        r -> new BigDecimal(new BigInteger(3 * precision, r).subtract(BigInteger.TEN), scale),
        true);
  }

  private static PlayedColumn list(String name, PlayedColumn element) {
    return nested(
        name,
        ArrowType.List.INSTANCE,
        List.of(element.field()),
        r -> {
          List<Object> values = new ArrayList<>();
          for (int i = r.nextInt(4); i > 0; i--) {
            values.add(r.nextInt(4) == 0 ? null : element.value().apply(r));
          }
          return values;
        });
  }

  private static PlayedColumn struct(String name) {
    PlayedColumn number = number("a", 32, "integer");
    PlayedColumn text = text("b");
    return nested(
        name,
        ArrowType.Struct.INSTANCE,
        List.of(number.field(), text.field()),
        r -> {
          Map<String, Object> fields = new HashMap<>();
          fields.put("a", r.nextInt(4) == 0 ? null : number.value().apply(r));
          fields.put("b", r.nextInt(4) == 0 ? null : text.value().apply(r));
          return fields;
        });
  }

  private static PlayedColumn map(String name) {
    Field key = new Field("key", FieldType.notNullable(TEXT), null);
    Field value = new Field("value", FieldType.nullable(TEXT), null);
    Field entries =
        new Field("entries", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(key, value));
    return nested(
        name,
        new ArrowType.Map(false),
        List.of(entries),
        r -> {
          List<Object> values = new ArrayList<>();
          for (int i = r.nextInt(3); i > 0; i--) {
            values.add(Map.of("key", "k" + i, "value", "v" + r.nextInt()));
          }
          return values;
        });
  }

  private static PlayedColumn nested(
      String name, ArrowType type, List<Field> children, Function<Random, Object> value) {
    return new PlayedColumn(new Field(name, FieldType.nullable(type), children), value, true);
  }

  private static PlayedColumn of(
      String name, ArrowType type, String source, Function<Random, Object> value, boolean toasted) {
    var of = new FieldType(true, type, null, Map.of(SourceTable.SOURCE_TYPE, source));
    return new PlayedColumn(new Field(name, of, null), value, toasted);
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** The column after ALTER COLUMN TYPE to something wider, or itself if there is nothing. */
  PlayedColumn widened() {
    ArrowType type = field.getType();
    if (type instanceof ArrowType.Int whole && whole.getBitWidth() == 16) {
      return with(new ArrowType.Int(32, true), "integer");
    } else if (type instanceof ArrowType.Int whole && whole.getBitWidth() == 32) {
      return with(new ArrowType.Int(64, true), "bigint");
    } else if (type instanceof ArrowType.FloatingPoint) {
      return with(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), "double precision");
    } else if (type instanceof ArrowType.Decimal d && d.getBitWidth() == 128) {
      return d.getPrecision() < 20
          ? with(new ArrowType.Decimal(30, d.getScale() + 2, 128), "numeric(30,5)")
          : with(new ArrowType.Decimal(70, d.getScale(), 256), "numeric(70,5)");
    } else if (type instanceof ArrowType.Timestamp) {
      return with(type, "timestamp with time zone");
    } else if (type instanceof ArrowType.Utf8) {
      return with(type, "text");
    }
    return this;
  }

  private PlayedColumn with(ArrowType type, String source) {
    return of(name(), type, source, value, toasted);
  }
}
