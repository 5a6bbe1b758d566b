package io.millrace.connect.postgres.column;

import static io.millrace.connect.postgres.column.CopyBytes.int16;
import static io.millrace.connect.postgres.column.CopyBytes.int32;
import static io.millrace.connect.postgres.column.CopyBytes.int64;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Oid;

/** Bytes in, values out, type by type. */
class AppendersTest {
  private BufferAllocator allocator;
  private FieldVector vector;
  private Unrepresentable policy = Unrepresentable.ERROR;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    if (vector != null) {
      vector.close();
    }
    allocator.close();
  }

  /** Appends the values in two chunks, as rows of one column. */
  private <V extends FieldVector> V append(Class<V> type, int oid, byte[]... values) {
    return append(
        type, new Column("c", "some type", oid, -1, true), List.of(values[0]), rest(values));
  }

  private static List<byte[]> rest(byte[]... values) {
    return Arrays.asList(values).subList(1, values.length);
  }

  @SafeVarargs
  private <V extends FieldVector> V append(Class<V> type, Column column, List<byte[]>... chunks) {
    ColumnType columnType = ColumnType.of(column, policy);
    vector = columnType.field().createVector(allocator);
    ColumnAppender appender = columnType.appender(vector);
    appender.reset();
    int rows = 0;
    for (List<byte[]> values : chunks) {
      var chunk = new TupleChunk();
      for (byte[] value : values) {
        chunk.add(CopyBytes.tuple(value), Short.BYTES);
      }
      appender.reserve(rows + chunk.count());
      appender.append(chunk, rows);
      chunk.requireConsumed();
      rows += chunk.count();
    }
    appender.finish(rows);
    return type.cast(vector);
  }

  private static List<Object> objects(FieldVector vector) {
    var objects = new ArrayList<>();
    for (int i = 0; i < vector.getValueCount(); i++) {
      objects.add(vector.getObject(i));
    }
    return objects;
  }

  @Test
  void booleans() {
    BitVector v =
        append(BitVector.class, Oid.BOOL, new byte[] {1}, null, new byte[] {0}, new byte[] {1});
    assertThat(objects(v)).containsExactly(true, null, false, true);
    assertThat(v.getNullCount()).isEqualTo(1);
  }

  @Test
  void integers() {
    assertThat(
            objects(
                append(
                    FieldVector.class,
                    Oid.INT2,
                    int16(Short.MIN_VALUE),
                    null,
                    int16(Short.MAX_VALUE))))
        .containsExactly(Short.MIN_VALUE, null, Short.MAX_VALUE);
    vector.close();
    assertThat(
            objects(
                append(
                    FieldVector.class,
                    Oid.INT4,
                    int32(Integer.MIN_VALUE),
                    null,
                    int32(Integer.MAX_VALUE))))
        .containsExactly(Integer.MIN_VALUE, null, Integer.MAX_VALUE);
    vector.close();
    assertThat(
            objects(
                append(
                    FieldVector.class,
                    Oid.INT8,
                    int64(Long.MIN_VALUE),
                    null,
                    int64(Long.MAX_VALUE))))
        .containsExactly(Long.MIN_VALUE, null, Long.MAX_VALUE);
  }

  @Test
  void floatsKeepTheirBits() {
    assertThat(
            objects(
                append(
                    FieldVector.class,
                    Oid.FLOAT4,
                    int32(Float.floatToRawIntBits(-0.0f)),
                    null,
                    int32(Float.floatToRawIntBits(Float.NaN)))))
        .containsExactly(-0.0f, null, Float.NaN);
    vector.close();
    assertThat(
            objects(
                append(
                    FieldVector.class,
                    Oid.FLOAT8,
                    int64(Double.doubleToRawLongBits(Double.MIN_VALUE)),
                    null,
                    int64(Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY)))))
        .containsExactly(Double.MIN_VALUE, null, Double.NEGATIVE_INFINITY);
  }

  @Test
  void datesCountFrom1970() {
    DateDayVector v =
        append(DateDayVector.class, Oid.DATE, int32(0), null, int32(-10_957), int32(2_145_031_948));
    assertThat(v.get(0)).isEqualTo((int) LocalDate.of(2000, 1, 1).toEpochDay());
    assertThat(v.isNull(1)).isTrue();
    assertThat(v.get(2)).isZero();
    assertThat(v.get(3)).isEqualTo((int) LocalDate.of(5_874_897, 12, 31).toEpochDay());
  }

  @Test
  void aDateWithoutEndIsRefused() {
    for (int infinite : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> append(DateDayVector.class, Oid.DATE, int32(infinite)))
          .isInstanceOf(UnreadableValue.class)
          .hasMessageContaining("infinity");
      vector.close();
    }
  }

  @Test
  void timesCountFromMidnight() {
    TimeMicroVector v =
        append(TimeMicroVector.class, Oid.TIME, int64(0), null, int64(86_399_999_999L));
    assertThat(v.get(0)).isZero();
    assertThat(v.isNull(1)).isTrue();
    assertThat(v.get(2)).isEqualTo(LocalTime.of(23, 59, 59, 999_999_000).toNanoOfDay() / 1000);
    vector.close();
    assertThatThrownBy(() -> append(TimeMicroVector.class, Oid.TIME, int64(86_400_000_000L)))
        .hasMessageContaining("24:00:00");
  }

  @Test
  void timestampsCountFrom1970() {
    for (int oid : new int[] {Oid.TIMESTAMP, Oid.TIMESTAMPTZ}) {
      TimeStampVector v = append(TimeStampVector.class, oid, int64(0), null, int64(-1));
      long micros =
          ChronoUnit.MICROS.between(
              LocalDateTime.of(1970, 1, 1, 0, 0), LocalDateTime.of(2000, 1, 1, 0, 0));
      assertThat(v.get(0)).isEqualTo(micros);
      assertThat(v.isNull(1)).isTrue();
      assertThat(v.get(2)).isEqualTo(micros - 1);
      vector.close();
    }
  }

  @Test
  void aTimestampBeyondTheRangeIsRefused() {
    for (long value : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1}) {
      assertThatThrownBy(() -> append(TimeStampVector.class, Oid.TIMESTAMP, int64(value)))
          .isInstanceOf(UnreadableValue.class)
          .hasMessageContaining("on_unrepresentable");
      vector.close();
    }
  }

  @Test
  void uuidsAreTheirBytes() {
    byte[] uuid = "0123456789abcdef".getBytes(UTF_8);
    FixedSizeBinaryVector v = append(FixedSizeBinaryVector.class, Oid.UUID, uuid, null, uuid);
    assertThat(v.get(0)).isEqualTo(uuid);
    assertThat(v.isNull(1)).isTrue();
    assertThat(v.get(2)).isEqualTo(uuid);
  }

  @Test
  void texts() {
    byte[] long1 = "ä€𝄞".repeat(40_000).getBytes(UTF_8);
    VarCharVector v =
        append(VarCharVector.class, Oid.TEXT, "".getBytes(UTF_8), null, long1, "x".getBytes(UTF_8));
    assertThat(v.get(0)).isEmpty();
    assertThat(v.isNull(1)).isTrue();
    assertThat(v.get(2)).isEqualTo(long1);
    assertThat(v.getObject(3)).hasToString("x");
  }

  @Test
  void jsonbLosesItsVersion() {
    VarCharVector v = append(VarCharVector.class, Oid.JSONB, "\u0001{}".getBytes(UTF_8), null);
    assertThat(v.getObject(0)).hasToString("{}");
    assertThat(v.isNull(1)).isTrue();
    vector.close();
    assertThatThrownBy(() -> append(VarCharVector.class, Oid.JSONB, "\u0002{}".getBytes(UTF_8)))
        .hasMessageContaining("version 2");
  }

  @Test
  void aValueOfAnotherLengthIsRefused() {
    for (int oid :
        new int[] {
          Oid.BOOL, Oid.INT2, Oid.INT4, Oid.INT8, Oid.DATE, Oid.TIME, Oid.TIMESTAMP, Oid.UUID
        }) {
      assertThatThrownBy(() -> append(FieldVector.class, oid, new byte[3]))
          .as("type %d", oid)
          .isInstanceOf(UnreadableValue.class)
          .hasMessageContaining("3 bytes");
      vector.close();
    }
  }

  @Test
  void nullInAColumnThatHasNoneIsRefused() {
    var column = new Column("c", "integer", Oid.INT4, -1, false);
    assertThatThrownBy(() -> append(FieldVector.class, column, Collections.singletonList(null)))
        .isInstanceOf(UnreadableValue.class)
        .hasMessageContaining("NOT NULL");
  }

  @Test
  void vectorsGrowWithTheirChunks() {
    var column = new Column("c", "integer", Oid.INT4, -1, true);
    var text = new Column("c", "text", Oid.TEXT, -1, true);
    for (Column each : List.of(column, text)) {
      var chunks = new ArrayList<List<byte[]>>();
      for (int i = 0; i < 40; i++) {
        var values = new ArrayList<byte[]>();
        for (int j = 0; j < 101; j++) {
          values.add(j % 7 == 3 ? null : int32(101 * i + j));
        }
        chunks.add(values);
      }
      @SuppressWarnings("unchecked")
      List<byte[]>[] array = chunks.toArray(List[]::new);
      FieldVector v = append(FieldVector.class, each, array);
      assertThat(v.getValueCount()).isEqualTo(4040);
      for (int row = 0; row < 4040; row++) {
        assertThat(v.isNull(row)).as("row %d", row).isEqualTo(row % 101 % 7 == 3);
      }
      assertThat(v.getNullCount()).isEqualTo(40 * 14);
      vector.close();
    }
  }
}
