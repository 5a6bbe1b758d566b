package io.millrace.connect.debezium.value;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Days, times of day and points in time. */
final class TimeTypes {
  private static final long MICROS_A_MILLI = 1000;
  private static final long MICROS_A_DAY = Duration.ofDays(1).toNanos() / 1000;
  private static final long NANOS_A_DAY = Duration.ofDays(1).toNanos();

  private static final ArrowType DAY = new ArrowType.Date(DateUnit.DAY);
  private static final ArrowType TIME_MICRO =
      new ArrowType.Time(org.apache.arrow.vector.types.TimeUnit.MICROSECOND, Long.SIZE);
  private static final ArrowType TIME_NANO =
      new ArrowType.Time(org.apache.arrow.vector.types.TimeUnit.NANOSECOND, Long.SIZE);
  private static final ArrowType MICROS =
      timestamp(org.apache.arrow.vector.types.TimeUnit.MICROSECOND, null);
  private static final ArrowType NANOS =
      timestamp(org.apache.arrow.vector.types.TimeUnit.NANOSECOND, null);
  private static final ArrowType MICROS_UTC =
      timestamp(org.apache.arrow.vector.types.TimeUnit.MICROSECOND, "UTC");

  private final Unrepresentable policy;

  TimeTypes(Unrepresentable policy) {
    this.policy = policy;
  }

  private static ArrowType timestamp(org.apache.arrow.vector.types.TimeUnit unit, String zone) {
    return new ArrowType.Timestamp(unit, zone);
  }

  Optional<ValueType> find(Schema schema) {
    return Optional.ofNullable(schema.name() == null ? null : named(schema.name()));
  }

  private ValueType named(String name) {
    return switch (name) {
      case "io.debezium.time.Date" -> days(value -> ((Number) value).intValue());
      case Date.LOGICAL_NAME -> days(value -> (int) TimeUnit.MILLISECONDS.toDays(millis(value)));
      case "io.debezium.time.Time" ->
          timesOfDay(TIME_MICRO, MICROS_A_DAY, value -> MICROS_A_MILLI * number(value));
      case Time.LOGICAL_NAME ->
          timesOfDay(TIME_MICRO, MICROS_A_DAY, value -> MICROS_A_MILLI * millis(value));
      case "io.debezium.time.MicroTime" -> timesOfDay(TIME_MICRO, MICROS_A_DAY, TimeTypes::number);
      case "io.debezium.time.NanoTime" -> timesOfDay(TIME_NANO, NANOS_A_DAY, TimeTypes::number);
      case "io.debezium.time.Timestamp" -> points(MICROS, value -> micros(number(value)));
      case Timestamp.LOGICAL_NAME -> points(MICROS, value -> micros(millis(value)));
      case "io.debezium.time.MicroTimestamp" -> points(MICROS, TimeTypes::number);
      case "io.debezium.time.NanoTimestamp" -> points(NANOS, TimeTypes::number);
      case "io.debezium.time.ZonedTimestamp" -> points(MICROS_UTC, this::zoned);
      default -> null;
    };
  }

  private interface Days {
    int of(Object value);
  }

  /** Gives null where NULL takes the value's place. */
  private interface Points {
    Long of(Object value);
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }

  private static long millis(Object value) {
    return ((java.util.Date) value).toInstant().toEpochMilli();
  }

  private static ValueType days(Days days) {
    return ValueType.flat(
        DAY,
        vector ->
            (row, value) -> {
              ((DateDayVector) vector).setSafe(row, days.of(value));
              return Integer.BYTES;
            });
  }

  /** A time of day is less than a day; MySQL's TIME, which may be negative, is not always one. */
  private ValueType timesOfDay(ArrowType arrow, long day, Points points) {
    return ValueType.flat(
        arrow,
        vector ->
            (row, value) -> {
              long time = points.of(value);
              if (time >= 0 && time < day) {
                setTime(vector, row, time);
              } else if (policy.clamps(value, "a time of day lies within 24 hours")) {
                setTime(vector, row, time < 0 ? 0 : day - 1);
              } else {
                vector.setNull(row);
              }
              return Long.BYTES;
            });
  }

  private static void setTime(FieldVector vector, int row, long time) {
    if (vector instanceof TimeMicroVector micros) {
      micros.setSafe(row, time);
    } else {
      ((TimeNanoVector) vector).setSafe(row, time);
    }
  }

  private static ValueType points(ArrowType arrow, Points points) {
    return ValueType.flat(
        arrow,
        vector ->
            (row, value) -> {
              Long point = points.of(value);
              if (point == null) {
                vector.setNull(row);
              } else {
                ((TimeStampVector) vector).setSafe(row, point);
              }
              return Long.BYTES;
            });
  }

  private Long micros(long millis) {
    try {
      return Math.multiplyExact(millis, MICROS_A_MILLI);
    } catch (ArithmeticException e) {
      return clamped(millis + " ms", millis);
    }
  }

  /** Comes as ISO 8601 with an offset. */
  private Long zoned(Object value) {
    Instant at;
    try {
      at = OffsetDateTime.parse((String) value).toInstant();
    } catch (DateTimeException e) {
      throw new UnreadableValue(
          "Cannot parse \"%s\": expected a time such as 2024-02-29T23:59:59.5Z".formatted(value));
    }
    try {
      long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at.truncatedTo(ChronoUnit.MICROS));
      boolean whole = at.truncatedTo(ChronoUnit.MICROS).equals(at);
      return whole || policy.clamps(value, "it is finer than microseconds")
          ? Long.valueOf(micros)
          : null;
    } catch (ArithmeticException e) {
      return clamped(value, at.getEpochSecond());
    }
  }

  private Long clamped(Object value, long sign) {
    boolean nearest = policy.clamps(value, "it is more than 292,000 years away from 1970");
    return nearest ? Long.valueOf(sign < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : null;
  }
}
