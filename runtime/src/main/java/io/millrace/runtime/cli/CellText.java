package io.millrace.runtime.cli;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.UUID;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** A value of a vector as people read it. */
final class CellText {
  private static final int UUID_BYTES = 16;

  private CellText() {}

  /** The value's text, empty for NULL. */
  static String of(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return "";
    }
    Object value = vector.getObject(row);
    ArrowType type = vector.getField().getType();
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    } else if (value instanceof byte[] bytes) {
      return binary(vector, bytes);
    } else if (type instanceof ArrowType.Timestamp timestamp && value instanceof Long units) {
      Instant instant = Instant.EPOCH.plus(units, chrono(timestamp.getUnit()));
      return timestamp.getTimezone() == null
          ? instant.atOffset(ZoneOffset.UTC).toLocalDateTime().toString()
          : instant.toString();
    } else if (type instanceof ArrowType.Date date
        && date.getUnit() == DateUnit.DAY
        && value instanceof Integer days) {
      return LocalDate.ofEpochDay(days).toString();
    } else if (type instanceof ArrowType.Time time && value instanceof Long units) {
      return LocalTime.MIDNIGHT.plus(Duration.of(units, chrono(time.getUnit()))).toString();
    }
    return value.toString();
  }

  private static String binary(FieldVector vector, byte[] bytes) {
    boolean uuid =
        bytes.length == UUID_BYTES
            && "arrow.uuid".equals(vector.getField().getMetadata().get("ARROW:extension:name"));
    if (!uuid) {
      return HexFormat.of().formatHex(bytes);
    }
    ByteBuffer both = ByteBuffer.wrap(bytes);
    return new UUID(both.getLong(), both.getLong()).toString();
  }

  private static ChronoUnit chrono(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> ChronoUnit.SECONDS;
      case MILLISECOND -> ChronoUnit.MILLIS;
      case MICROSECOND -> ChronoUnit.MICROS;
      case NANOSECOND -> ChronoUnit.NANOS;
    };
  }
}
