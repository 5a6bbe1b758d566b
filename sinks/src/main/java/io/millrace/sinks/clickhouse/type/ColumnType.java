package io.millrace.sinks.clickhouse.type;

import io.millrace.core.MillraceException;
import io.millrace.sinks.clickhouse.server.SqlText;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * ClickHouse's type for an Arrow field, spelled as {@code system.columns} does. Lists, maps and
 * structs cannot be {@code Nullable} there.
 */
public final class ColumnType {
  private static final String EXTENSION = ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME;
  private static final String UUID = "arrow.uuid";
  private static final int DIGITS = 76;

  private ColumnType() {}

  /**
   * The type, with {@code Nullable} where the field is.
   *
   * @throws MillraceException (DATA) if there is none
   */
  public static String of(Field field) {
    return of(field, field.getName());
  }

  /** Whether a NULL of this field has no place in ClickHouse. */
  static boolean isContainer(Field field) {
    return switch (field.getType().getTypeID()) {
      case List, LargeList, FixedSizeList, Map, Struct -> true;
      default -> false;
    };
  }

  private static String of(Field field, String path) {
    if (isContainer(field)) {
      return container(field, path);
    }
    String type = scalar(field, path);
    return field.isNullable() ? "Nullable(" + type + ")" : type;
  }

  private static String container(Field field, String path) {
    List<Field> children = field.getChildren();
    return switch (field.getType().getTypeID()) {
      case Map -> {
        List<Field> pair = children.get(0).getChildren();
        Field key = pair.get(0);
        yield "Map(%s, %s)".formatted(scalar(key, path + ".key"), of(pair.get(1), path + ".value"));
      }
      case Struct -> {
        if (children.isEmpty()) {
          throw unknown(field, path);
        }
        yield children.stream()
            .map(child -> name(child) + " " + of(child, path + "." + child.getName()))
            .collect(Collectors.joining(", ", "Tuple(", ")"));
      }
      default -> "Array(" + of(children.get(0), path + "[]") + ")";
    };
  }

  /** ClickHouse quotes what is no plain identifier. */
  private static String name(Field field) {
    String name = field.getName();
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : SqlText.identifier(name);
  }

  private static String scalar(Field field, String path) {
    ArrowType type = field.getType();
    if (type instanceof ArrowType.ExtensionType extension) {
      return UUID.equals(extension.extensionName())
          ? "UUID"
          : storage(extension.storageType(), field, path);
    }
    return UUID.equals(field.getMetadata().get(EXTENSION)) ? "UUID" : storage(type, field, path);
  }

  private static String storage(ArrowType type, Field field, String path) {
    return switch (type.getTypeID()) {
      case Bool -> "Bool";
      case Int -> {
        var integer = (ArrowType.Int) type;
        yield (integer.getIsSigned() ? "Int" : "UInt") + integer.getBitWidth();
      }
      case FloatingPoint ->
          ((ArrowType.FloatingPoint) type).getPrecision() == FloatingPointPrecision.DOUBLE
              ? "Float64"
              : "Float32";
      case Decimal -> {
        var decimal = (ArrowType.Decimal) type;
        if (decimal.getPrecision() > DIGITS
            || decimal.getScale() < 0
            || decimal.getScale() > decimal.getPrecision()) {
          throw unknown(field, path);
        }
        yield "Decimal(%d, %d)".formatted(decimal.getPrecision(), decimal.getScale());
      }
      case Utf8, LargeUtf8, Binary, LargeBinary -> "String";
      case FixedSizeBinary ->
          "FixedString(%d)".formatted(((ArrowType.FixedSizeBinary) type).getByteWidth());
      case Date -> {
        // ClickHouse reads the milliseconds of the other kind as something else.
        if (((ArrowType.Date) type).getUnit() != DateUnit.DAY) {
          throw unknown(field, path);
        }
        yield "Date32";
      }
      case Timestamp -> {
        var timestamp = (ArrowType.Timestamp) type;
        String zone = timestamp.getTimezone() == null ? "UTC" : timestamp.getTimezone();
        yield "DateTime64(%d, %s)".formatted(digits(timestamp.getUnit()), SqlText.literal(zone));
      }
      case Time -> "Time64(%d)".formatted(digits(((ArrowType.Time) type).getUnit()));
      case Duration -> "Int64";
      default -> throw unknown(field, path);
    };
  }

  /** Decimals of a second. */
  static int digits(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 0;
      case MILLISECOND -> 3;
      case MICROSECOND -> 6;
      case NANOSECOND -> 9;
    };
  }

  private static MillraceException unknown(Field field, String path) {
    return MillraceException.data(
        "Cannot write column %s to ClickHouse: there is no type for Arrow's %s; cast or drop it by a transform"
            .formatted(path, field.getType()));
  }
}
