package io.millrace.transforms.values;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The text of values that are whole numbers in a long. */
@FunctionalInterface
interface LongText {
  long NANOS = 1_000_000_000;

  String print(long value);

  /** What prints a type of {@link Whole}. */
  static Optional<LongText> of(ArrowType type) {
    if (type instanceof ArrowType.Bool) {
      return Optional.of(value -> value == 0 ? "false" : "true");
    } else if (type instanceof ArrowType.Int integer) {
      return Optional.of(
          integer.getIsSigned() || integer.getBitWidth() < 64
              ? Long::toString
              : Long::toUnsignedString);
    } else if (type instanceof ArrowType.Decimal decimal) {
      int scale = decimal.getScale();
      return Optional.of(value -> BigDecimal.valueOf(value, scale).toPlainString());
    } else if (type instanceof ArrowType.Date date) {
      return date.getUnit() == DateUnit.DAY
          ? Optional.of(value -> LocalDate.ofEpochDay(value).toString())
          : Optional.empty();
    } else if (type instanceof ArrowType.Time time) {
      long nanos = NANOS / Whole.perSecond(time.getUnit());
      return Optional.of(
          value -> DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(value * nanos)));
    } else if (type instanceof ArrowType.Timestamp stamp) {
      long perSecond = Whole.perSecond(stamp.getUnit());
      String end = stamp.getTimezone() == null ? "" : "Z";
      return Optional.of(value -> timestamp(value, perSecond) + end);
    }
    return Optional.empty();
  }

  private static String timestamp(long value, long perSecond) {
    int nanos = (int) (Math.floorMod(value, perSecond) * (NANOS / perSecond));
    return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
        LocalDateTime.ofEpochSecond(Math.floorDiv(value, perSecond), nanos, ZoneOffset.UTC));
  }
}
