package io.millrace.transforms.values;

import io.millrace.core.MillraceException;
import io.millrace.core.options.NearestWord;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The words for types as a pipeline's file has them. */
public final class TypeWords {
  /** All of them, to show. */
  public static final String KNOWN =
      "bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64,"
          + " decimal(p,s), string, binary, date, time(unit), timestamp(unit[, zone])";

  private static final Pattern WORD = Pattern.compile("([a-z0-9]+)(?:\\(([^()]*)\\))?");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,3}");
  private static final Map<String, ArrowType> PLAIN = plain();
  private static final Map<String, TimeUnit> UNITS = units();
  private static final int MOST_DIGITS = 76;

  private TypeWords() {}

  /**
   * The type a word stands for.
   *
   * @param key the option that has the word
   * @throws MillraceException (CONFIGURATION) if it is none
   */
  public static ArrowType parse(String key, String word) {
    Matcher m = WORD.matcher(word.strip());
    if (!m.matches()) {
      throw refused(key, word, "expected one of " + KNOWN);
    }
    String name = m.group(1);
    ArrowType plain = PLAIN.get(name);
    if (plain != null) {
      if (m.group(2) != null) {
        throw refused(key, word, name + " takes nothing in brackets");
      }
      return plain;
    }
    String[] arguments = m.group(2) == null ? new String[0] : m.group(2).split(",", -1);
    return switch (name) {
      case "decimal" -> decimal(key, word, arguments);
      case "time" -> time(key, word, arguments);
      case "timestamp" -> timestamp(key, word, arguments);
      default -> {
        var names = new ArrayList<>(PLAIN.keySet());
        names.addAll(List.of("decimal", "time", "timestamp"));
        throw MillraceException.configuration(
            key,
            NearestWord.of(name, names)
                .map(near -> "Unknown type \"%s\": did you mean \"%s\"?".formatted(name, near))
                .orElse("Unknown type \"%s\": known are %s".formatted(name, KNOWN)));
      }
    };
  }

  private static ArrowType decimal(String key, String word, String[] arguments) {
    if (arguments.length == 2
        && DIGITS.matcher(arguments[0].strip()).matches()
        && DIGITS.matcher(arguments[1].strip()).matches()) {
      int precision = Integer.parseInt(arguments[0].strip());
      int scale = Integer.parseInt(arguments[1].strip());
      if (precision >= 1 && precision <= MOST_DIGITS && scale <= precision) {
        return new ArrowType.Decimal(precision, scale, precision <= 38 ? 128 : 256);
      }
    }
    throw refused(
        key,
        word,
        "expected all digits, 1 to %d, and how many of them are a fraction, such as decimal(12,2)"
            .formatted(MOST_DIGITS));
  }

  private static ArrowType time(String key, String word, String[] arguments) {
    TimeUnit unit = arguments.length == 1 ? UNITS.get(arguments[0].strip()) : null;
    if (unit == null) {
      throw refused(key, word, "expected a unit, s, ms, us or ns, such as time(us)");
    }
    boolean half = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND;
    return new ArrowType.Time(unit, half ? 32 : 64);
  }

  private static ArrowType timestamp(String key, String word, String[] arguments) {
    TimeUnit unit =
        arguments.length == 1 || arguments.length == 2 ? UNITS.get(arguments[0].strip()) : null;
    if (unit == null) {
      throw refused(
          key, word, "expected a unit, s, ms, us or ns, and a zone or none: timestamp(us, UTC)");
    }
    return new ArrowType.Timestamp(
        unit, arguments.length == 1 ? null : zone(key, word, arguments[1].strip()));
  }

  private static String zone(String key, String word, String zone) {
    try {
      return ZoneId.of(zone).getId();
    } catch (DateTimeException e) {
      throw refused(
          key, word, "\"%s\" is no zone such as UTC, Europe/Berlin or +02:00".formatted(zone));
    }
  }

  private static MillraceException refused(String key, String word, String why) {
    return MillraceException.configuration(
        key, "Cannot use \"%s\" as a type: %s".formatted(word, why));
  }

  /** The word for a type, or Arrow's own text of those that have none. */
  public static String word(ArrowType type) {
    if (type instanceof ArrowType.Decimal decimal) {
      return "decimal(%d,%d)".formatted(decimal.getPrecision(), decimal.getScale());
    } else if (type instanceof ArrowType.Time time) {
      return "time(%s)".formatted(unit(time.getUnit()));
    } else if (type instanceof ArrowType.Timestamp stamp) {
      String zone = stamp.getTimezone() == null ? "" : ", " + stamp.getTimezone();
      return "timestamp(%s%s)".formatted(unit(stamp.getUnit()), zone);
    }
    return PLAIN.entrySet().stream()
        .filter(entry -> entry.getValue().equals(type))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(type::toString);
  }

  private static String unit(TimeUnit unit) {
    return UNITS.entrySet().stream()
        .filter(entry -> entry.getValue() == unit)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, ArrowType> plain() {
    var types = new LinkedHashMap<String, ArrowType>();
    types.put("bool", ArrowType.Bool.INSTANCE);
    for (int bits = 8; bits <= 64; bits *= 2) {
      types.put("int" + bits, new ArrowType.Int(bits, true));
      types.put("uint" + bits, new ArrowType.Int(bits, false));
    }
    types.put("float32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    types.put("float64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
    types.put("string", ArrowType.Utf8.INSTANCE);
    types.put("binary", ArrowType.Binary.INSTANCE);
    types.put("date", new ArrowType.Date(DateUnit.DAY));
    return types;
  }

  private static Map<String, TimeUnit> units() {
    var units = new LinkedHashMap<String, TimeUnit>();
    units.put("s", TimeUnit.SECOND);
    units.put("ms", TimeUnit.MILLISECOND);
    units.put("us", TimeUnit.MICROSECOND);
    units.put("ns", TimeUnit.NANOSECOND);
    return units;
  }
}
