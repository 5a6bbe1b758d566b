package io.millrace.runtime.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Arrow's types as people read them: {@code list<struct<lower: int32, upper: int32>>}. */
final class ArrowText {
  private static final String EXTENSION = "ARROW:extension:name";

  private ArrowText() {}

  /** The type of a field and of all within it; what it stands for comes first, if that is told. */
  static String of(Field field) {
    String extension = field.getMetadata().get(EXTENSION);
    return extension == null ? type(field) : extension + " " + type(field);
  }

  private static String type(Field field) {
    ArrowType type = field.getType();
    List<Field> within = field.getChildren();
    return switch (type.getTypeID()) {
      case List -> "list<%s>".formatted(inner(within.get(0)));
      case LargeList -> "large_list<%s>".formatted(inner(within.get(0)));
      case FixedSizeList ->
          "fixed_size_list<%s, %d>"
              .formatted(inner(within.get(0)), ((ArrowType.FixedSizeList) type).getListSize());
      case Struct ->
          within.stream()
              .map(child -> child.getName() + ": " + inner(child))
              .collect(Collectors.joining(", ", "struct<", ">"));
      case Map -> {
        List<Field> entry = within.get(0).getChildren();
        yield "map<%s, %s>".formatted(of(entry.get(0)), inner(entry.get(1)));
      }
      default -> flat(type);
    };
  }

  private static String inner(Field field) {
    return of(field) + (field.isNullable() ? "" : " not null");
  }

  private static String flat(ArrowType type) {
    if (type instanceof ArrowType.Int number) {
      return (number.getIsSigned() ? "int" : "uint") + number.getBitWidth();
    } else if (type instanceof ArrowType.FloatingPoint number) {
      return "float" + bits(number.getPrecision());
    } else if (type instanceof ArrowType.Decimal number) {
      return "decimal%d(%d, %d)"
          .formatted(number.getBitWidth(), number.getPrecision(), number.getScale());
    } else if (type instanceof ArrowType.FixedSizeBinary bytes) {
      return "fixed_size_binary(%d)".formatted(bytes.getByteWidth());
    } else if (type instanceof ArrowType.Date date) {
      return date.getUnit() == DateUnit.DAY ? "date32" : "date64";
    } else if (type instanceof ArrowType.Time time) {
      return "time%d(%s)".formatted(time.getBitWidth(), unit(time.getUnit()));
    } else if (type instanceof ArrowType.Timestamp time) {
      String zone = time.getTimezone() == null ? "" : ", " + time.getTimezone();
      return "timestamp(%s%s)".formatted(unit(time.getUnit()), zone);
    } else if (type instanceof ArrowType.Duration span) {
      return "duration(%s)".formatted(unit(span.getUnit()));
    } else if (type instanceof ArrowType.Interval span) {
      return "interval(%s)".formatted(unit(span.getUnit()));
    }
    // bool, utf8, large_utf8, binary and the like have nothing to add to their name
    return type.getTypeID().name().replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private static int bits(FloatingPointPrecision precision) {
    return switch (precision) {
      case HALF -> 16;
      case SINGLE -> 32;
      case DOUBLE -> 64;
    };
  }

  private static String unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> "s";
      case MILLISECOND -> "ms";
      case MICROSECOND -> "us";
      case NANOSECOND -> "ns";
    };
  }

  private static String unit(IntervalUnit unit) {
    return switch (unit) {
      case YEAR_MONTH -> "months";
      case DAY_TIME -> "days, ms";
      case MONTH_DAY_NANO -> "months, days, ns";
    };
  }
}
