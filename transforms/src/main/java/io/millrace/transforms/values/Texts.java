package io.millrace.transforms.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The forms of text that {@link Parser} takes. Java's own parsers take more than that. */
final class Texts {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,9})?");
  private static final Pattern NOT_FINITE = Pattern.compile("NaN|[+-]?Infinity");
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private Texts() {}

  /** What reads a type of {@link Whole}, if it has a text. */
  static Optional<ToLongFunction<String>> whole(ArrowType type, Whole whole) {
    if (type instanceof ArrowType.Bool) {
      return Optional.of(Texts::bool);
    } else if (whole.layout() == Layout.UINT64) {
      return Optional.of(text -> Long.parseUnsignedLong(matching(INTEGER, text)));
    } else if (type instanceof ArrowType.Int) {
      return Optional.of(text -> within(Long.parseLong(matching(INTEGER, text)), whole));
    } else if (type instanceof ArrowType.Decimal decimal) {
      return Optional.of(
          text -> Numbers.fit(number(text), decimal).unscaledValue().longValueExact());
    } else if (type instanceof ArrowType.Date date) {
      return date.getUnit() == DateUnit.DAY
          ? Optional.of(text -> within(LocalDate.parse(text).toEpochDay(), whole))
          : Optional.empty();
    } else if (type instanceof ArrowType.Time time) {
      long perSecond = Whole.perSecond(time.getUnit());
      return Optional.of(
          text -> exactly(LocalTime.parse(text).toNanoOfDay(), NANOS_PER_SECOND / perSecond));
    } else if (type instanceof ArrowType.Timestamp stamp) {
      long perSecond = Whole.perSecond(stamp.getUnit());
      return stamp.getTimezone() == null
          ? Optional.of(text -> local(text, perSecond))
          : Optional.of(text -> instant(text, perSecond));
    }
    return Optional.empty();
  }

  private static long within(long value, Whole whole) {
    if (value < whole.least() || value > whole.most()) {
      throw new ArithmeticException("out of range");
    }
    return value;
  }

  private static long bool(String text) {
    return switch (text) {
      case "true" -> 1;
      case "false" -> 0;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static long exactly(long nanos, long unit) {
    if (nanos % unit != 0) {
      throw new ArithmeticException("finer than the unit");
    }
    return nanos / unit;
  }

  /** ISO, or as Postgres writes it: a blank for the T, hours alone as the offset. */
  private static TemporalAccessor timestamp(String text) {
    int blank = text.indexOf(' ');
    String iso = blank < 0 ? text : text.substring(0, blank) + "T" + text.substring(blank + 1);
    return TIMESTAMP.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
  }

  private static long local(String text, long perSecond) {
    TemporalAccessor read = timestamp(text);
    if (read instanceof LocalDateTime local) {
      return units(local, ZoneOffset.UTC, perSecond);
    }
    throw new IllegalArgumentException("an instant is no local time");
  }

  private static long instant(String text, long perSecond) {
    TemporalAccessor read = timestamp(text);
    return read instanceof OffsetDateTime there
        ? units(there.toLocalDateTime(), there.getOffset(), perSecond)
        : units((LocalDateTime) read, ZoneOffset.UTC, perSecond);
  }

  private static long units(LocalDateTime at, ZoneOffset offset, long perSecond) {
    long second = at.toEpochSecond(offset);
    long fraction = exactly(at.get(ChronoField.NANO_OF_SECOND), NANOS_PER_SECOND / perSecond);
    // Before 1970 the whole seconds may lie just below what fits, and the sum may not.
    return second < 0 && fraction > 0
        ? Math.addExact(Math.multiplyExact(second + 1, perSecond), fraction - perSecond)
        : Math.addExact(Math.multiplyExact(second, perSecond), fraction);
  }

  static BigDecimal number(String text) {
    return new BigDecimal(matching(NUMBER, text));
  }

  static Value float64(String text) {
    double value = Double.parseDouble(floating(text));
    return new Value.OfDouble(finiteAs(text, value));
  }

  static Value float32(String text) {
    float value = Float.parseFloat(floating(text));
    return new Value.OfDouble(finiteAs(text, value));
  }

  private static String floating(String text) {
    return NOT_FINITE.matcher(text).matches() ? text : matching(NUMBER, text);
  }

  private static double finiteAs(String text, double value) {
    if (Double.isInfinite(value) && !NOT_FINITE.matcher(text).matches()) {
      throw new ArithmeticException("beyond the largest");
    }
    return value;
  }

  static Value bytes(String text) {
    return new Value.OfBytes(text.getBytes(UTF_8));
  }

  static Value uuid(String text) {
    UUID uuid = UUID.fromString(matching(UUID_TEXT, text));
    return new Value.OfBytes(
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }

  private static String matching(Pattern form, String text) {
    if (!form.matcher(text).matches()) {
      throw new IllegalArgumentException("not of the form " + form);
    }
    return text;
  }
}
