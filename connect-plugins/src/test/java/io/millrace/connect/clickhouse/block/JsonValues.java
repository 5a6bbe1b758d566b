package io.millrace.connect.clickhouse.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.stage.SourceTable;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Compares values of vectors with those that ClickHouse wrote as JSON. */
final class JsonValues {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private JsonValues() {}

  static void assertSame(String place, ValueVector vector, int row, JsonNode expected) {
    String source = vector.getField().getMetadata().getOrDefault(SourceTable.SOURCE_TYPE, "");
    if (vector instanceof NullVector) {
      assertThat(expected.isNull() || expected.isEmpty()).as(place).isTrue();
    } else if (vector instanceof Float4Vector v && !v.isNull(row)) {
      assertFloat(place, v.get(row), expected, expected.floatValue());
    } else if (vector instanceof Float8Vector v && !v.isNull(row)) {
      assertFloat(place, v.get(row), expected, expected.doubleValue());
    } else if (expected.isNull() || vector.isNull(row)) {
      assertThat(vector.isNull(row)).as(place + " is null").isEqualTo(expected.isNull());
    } else if (vector instanceof MapVector v) {
      assertMap(place, v, row, expected);
    } else if (vector instanceof ListVector v) {
      assertList(place, v, row, expected);
    } else if (vector instanceof StructVector v) {
      assertStruct(place, v, row, expected, source);
    } else if (vector instanceof BitVector v) {
      assertThat(expected.isBoolean()).as(place).isTrue();
      assertThat(v.get(row) == 1).as(place).isEqualTo(expected.booleanValue());
    } else if (expected.isNumber()) {
      assertThat(number(vector, row)).as(place).isEqualByComparingTo(expected.decimalValue());
    } else {
      assertThat(expected.isTextual()).as(place + " as text").isTrue();
      assertThat(text(vector, row)).as(place).isEqualTo(expected.textValue());
    }
  }

  /** JSON has no NaN and no infinities: ClickHouse writes null for them. */
  private static void assertFloat(String place, double actual, JsonNode expected, double value) {
    if (expected.isNull()) {
      assertThat(Double.isFinite(actual)).as(place).isFalse();
    } else if (value != 0) {
      assertThat(actual).as(place).isEqualTo(value);
    } else {
      assertThat(Math.abs(actual)).as(place).isZero();
    }
  }

  private static void assertList(String place, ListVector vector, int row, JsonNode expected) {
    int start = vector.getElementStartIndex(row);
    assertThat(vector.getElementEndIndex(row) - start).as(place).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertSame(place + "[" + i + "]", vector.getDataVector(), start + i, expected.get(i));
    }
  }

  private static void assertMap(String place, MapVector vector, int row, JsonNode expected) {
    int start = vector.getElementStartIndex(row);
    assertThat(vector.getElementEndIndex(row) - start).as(place).isEqualTo(expected.size());
    var entries = (StructVector) vector.getDataVector();
    List<String> keys = expected.properties().stream().map(e -> e.getKey()).toList();
    for (int i = 0; i < keys.size(); i++) {
      assertThat(text(entries.getChild(MapVector.KEY_NAME), start + i))
          .as(place)
          .isEqualTo(keys.get(i));
      assertSame(
          place + "." + keys.get(i),
          entries.getChild(MapVector.VALUE_NAME),
          start + i,
          expected.get(keys.get(i)));
    }
  }

  /** Tuples with names are objects, others arrays; so are points. */
  private static void assertStruct(
      String place, StructVector vector, int row, JsonNode expected, String source) {
    List<FieldVector> children = vector.getChildrenFromFields();
    assertThat(expected.size()).as(place).isEqualTo(children.size());
    for (int i = 0; i < children.size(); i++) {
      FieldVector child = children.get(i);
      if (expected.isArray() && !source.equals("Point")) {
        assertThat(child.getName()).isEqualTo(Integer.toString(i + 1));
      }
      JsonNode value = expected.isArray() ? expected.get(i) : expected.get(child.getName());
      assertThat(value).as(place + "." + child.getName()).isNotNull();
      assertSame(place + "." + child.getName(), child, row, value);
    }
  }

  private static BigDecimal number(ValueVector vector, int row) {
    if (vector instanceof DecimalVector v) {
      return v.getObject(row);
    } else if (vector instanceof Decimal256Vector v) {
      return v.getObject(row);
    } else if (vector instanceof BaseIntVector v) {
      var type = (ArrowType.Int) vector.getField().getType();
      long value = v.getValueAsLong(row);
      return type.getIsSigned()
          ? BigDecimal.valueOf(value)
          : new BigDecimal(Long.toUnsignedString(unsigned(value, type.getBitWidth())));
    }
    return new BigDecimal(text(vector, row)); // integers of 128 and 256 bits
  }

  private static long unsigned(long value, int bits) {
    return bits == Long.SIZE ? value : value & ((1L << bits) - 1);
  }

  private static String text(ValueVector vector, int row) {
    if (vector instanceof VarCharVector v) {
      return new String(v.get(row), UTF_8);
    } else if (vector instanceof FixedSizeBinaryVector v) {
      return v.getByteWidth() == 16 && v.getField().getMetadata().containsValue("arrow.uuid")
          ? uuid(v, row)
          : new String(v.get(row), UTF_8);
    } else if (vector instanceof DateDayVector v) {
      return LocalDate.ofEpochDay(v.get(row)).toString();
    } else if (vector instanceof TimeStampVector v) {
      var type = (ArrowType.Timestamp) v.getField().getType();
      return instant(v.get(row), type.getUnit(), type.getTimezone());
    } else if (vector instanceof DurationVector v) {
      var type = (ArrowType.Duration) v.getField().getType();
      return duration(v.getDataBuffer().getLong((long) row * Long.BYTES), type.getUnit());
    }
    throw new AssertionError("no text of " + vector.getField());
  }

  private static String uuid(FixedSizeBinaryVector vector, int row) {
    var bytes = ByteBuffer.wrap(vector.get(row));
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> 1_000_000_000;
    };
  }

  private static String fraction(long value, TimeUnit unit) {
    return unit == TimeUnit.SECOND
        ? ""
        : "." + Long.toString(perSecond(unit) + Math.floorMod(value, perSecond(unit))).substring(1);
  }

  private static String instant(long value, TimeUnit unit, String zone) {
    var seconds = Instant.ofEpochSecond(Math.floorDiv(value, perSecond(unit)));
    return SECONDS.format(seconds.atZone(ZoneId.of(zone))) + fraction(value, unit);
  }

  private static String duration(long value, TimeUnit unit) {
    long size = Math.abs(value);
    long seconds = size / perSecond(unit);
    return "%s%02d:%02d:%02d%s"
        .formatted(
            value < 0 ? "-" : "",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            fraction(size, unit));
  }
}
