package io.millrace.connect.postgres.column.nested;

import static io.millrace.connect.postgres.column.CopyBytes.int16;
import static io.millrace.connect.postgres.column.CopyBytes.int32;
import static io.millrace.connect.postgres.column.CopyBytes.int64;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.CopyBytes;
import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.PostgresType;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Oid;

/** Bytes in, nested values out, kind by kind; the bytes are as the server's send functions give. */
class NestedAppendersTest {
  private static final PostgresType INT4 = new PostgresType.Scalar("integer", Oid.INT4, -1);
  private static final PostgresType TEXT = new PostgresType.Scalar("text", Oid.TEXT, -1);
  private static final PostgresType DATE = new PostgresType.Scalar("date", Oid.DATE, -1);

  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  private static byte[] bytes(Object... parts) {
    var all = new ByteArrayOutputStream();
    for (Object part : parts) {
      all.writeBytes(part instanceof byte[] b ? b : int32((Integer) part));
    }
    return all.toByteArray();
  }

  /** A field with its length, NULL for null. */
  private static byte[] field(byte[] value) {
    return value == null ? int32(-1) : bytes(value.length, value);
  }

  private static byte[] array(int depth, int[] lengths, byte[]... elements) {
    byte[] array = bytes(depth, 1, 0);
    for (int length : lengths) {
      array = bytes(array, length, 1);
    }
    for (byte[] element : elements) {
      array = bytes(array, field(element));
    }
    return array;
  }

  private static byte[] ints(Integer... values) {
    byte[][] elements =
        Arrays.stream(values).map(v -> v == null ? null : int32(v)).toArray(byte[][]::new);
    return values.length == 0
        ? bytes(0, 0, Oid.INT4)
        : array(1, new int[] {values.length}, elements);
  }

  private static PostgresType extension(String extension, String type, int modifier) {
    return new PostgresType.Extension(type, 99_999, modifier, extension, "public", type);
  }

  /**
   * The values twice, in two chunks and two batches: what is left of one must not touch another.
   */
  private List<String> append(PostgresType type, Unrepresentable policy, byte[]... values) {
    ColumnType column = ColumnType.of(new Column("c", type, /* nullable= */ true), policy);
    try (FieldVector vector = column.field().createVector(allocator)) {
      assertThat(vector.getField()).isEqualTo(column.field());
      ColumnAppender appender = column.appender(vector);
      List<String> first = batch(appender, vector, values);
      assertThat(batch(appender, vector, values)).isEqualTo(first);
      return first.subList(0, values.length);
    }
  }

  private static List<String> batch(ColumnAppender appender, FieldVector vector, byte[]... values) {
    appender.reset();
    for (int row = 0; row < 2 * values.length; row += values.length) {
      var chunk = new TupleChunk();
      for (byte[] value : values) {
        chunk.add(CopyBytes.tuple(value), Short.BYTES);
      }
      appender.reserve(row + values.length);
      appender.append(chunk, row);
      chunk.requireConsumed();
    }
    appender.finish(2 * values.length);
    assertThat(appender.bytes(2 * values.length)).isPositive();
    var texts = new ArrayList<String>();
    for (int row = 0; row < 2 * values.length; row++) {
      texts.add(String.valueOf(vector.getObject(row)));
    }
    assertThat(texts.subList(values.length, texts.size()))
        .isEqualTo(texts.subList(0, values.length));
    return texts;
  }

  private List<String> append(PostgresType type, byte[]... values) {
    return append(type, Unrepresentable.ERROR, values);
  }

  @Test
  void arrays() {
    var type = new PostgresType.Array("integer[]", 1007, INT4, 1);
    assertThat(append(type, ints(1, null, 3), null, ints(), ints(7)))
        .containsExactly("[1,null,3]", "null", "[]", "[7]");
  }

  @Test
  void arraysGrow() {
    var type = new PostgresType.Array("integer[]", 1007, INT4, 1);
    Integer[] many = new Integer[5000];
    Arrays.setAll(many, i -> i % 7 == 0 ? null : i);
    byte[][] rows = new byte[3000][];
    Arrays.setAll(rows, i -> i == 1500 ? ints(many) : ints(i));
    List<String> found = append(type, rows);
    assertThat(found.get(1500)).startsWith("[null,1,2").endsWith(",null,4999]");
    assertThat(found.get(2999)).isEqualTo("[2999]");
  }

  @Test
  void arraysOfSeveralDimensions() {
    var type = new PostgresType.Array("integer[]", 1007, INT4, 2);
    byte[] value =
        array(2, new int[] {2, 3}, int32(1), int32(2), null, int32(4), int32(5), int32(6));
    assertThat(append(type, value, ints(), null))
        .containsExactly("[[1,2,null],[4,5,6]]", "[]", "null");
    assertThatThrownBy(() -> append(type, ints(1)))
        .isInstanceOf(UnreadableValue.class)
        .hasMessageContaining("an array of 1 dimensions");
    assertThat(append(type, Unrepresentable.CLAMP, ints(1))).containsExactly("null");
  }

  @Test
  void composites() {
    var type =
        new PostgresType.Composite(
            "pair",
            1,
            List.of(
                new PostgresType.Attribute("a", INT4),
                new PostgresType.Attribute("b", new PostgresType.Array("text[]", 1009, TEXT, 1))));
    byte[] texts = array(1, new int[] {2}, "ä".getBytes(UTF_8), "".getBytes(UTF_8));
    assertThat(
            append(
                type,
                bytes(2, Oid.INT4, field(int32(5)), 1009, field(texts)),
                null,
                bytes(2, Oid.INT4, field(null), 1009, field(null))))
        .containsExactly("{\"a\":5,\"b\":[\"ä\",\"\"]}", "null", "{}");
    assertThatThrownBy(() -> append(type, bytes(1, Oid.INT4, field(int32(5)))))
        .isInstanceOf(UnreadableValue.class)
        .hasMessageContaining("1 fields where its type had 2");
  }

  @Test
  void ranges() {
    var type = new PostgresType.Range("int4range", 3904, INT4);
    assertThat(
            append(
                type,
                bytes(new byte[] {0x02}, field(int32(1)), field(int32(5))),
                bytes(new byte[] {0x01}),
                bytes(new byte[] {0x18}),
                bytes(new byte[] {0x0c}, field(int32(9))),
                null))
        .containsExactly(
            "{\"lower\":1,\"upper\":5,\"lower_inclusive\":true,\"upper_inclusive\":false,"
                + "\"empty\":false}",
            "{\"lower_inclusive\":false,\"upper_inclusive\":false,\"empty\":true}",
            "{\"lower_inclusive\":false,\"upper_inclusive\":false,\"empty\":false}",
            "{\"upper\":9,\"lower_inclusive\":false,\"upper_inclusive\":true,\"empty\":false}",
            "null");
  }

  @Test
  void multiranges() {
    var type =
        new PostgresType.Multirange(
            "int4multirange", 4451, new PostgresType.Range("int4range", 3904, INT4));
    byte[] one = bytes(new byte[] {0x02}, field(int32(1)), field(int32(5)));
    List<String> found = append(type, bytes(2, field(one), field(one)), bytes(0), null);
    assertThat(found.get(0)).containsPattern("\\[\\{\"lower\":1,.*},\\{\"lower\":1,.*}\\]");
    assertThat(found.subList(1, 3)).containsExactly("[]", "null");
  }

  @Test
  void hstores() {
    byte[] value =
        bytes(2, field("a".getBytes(UTF_8)), field(null), field(new byte[0]), field(new byte[0]));
    assertThat(append(extension("hstore", "hstore", -1), value, bytes(0), null))
        .containsExactly("[{\"key\":\"a\"},{\"key\":\"\",\"value\":\"\"}]", "[]", "null");
  }

  @Test
  void vectors() {
    byte[] value =
        bytes(
            int16((short) 2),
            int16((short) 0),
            Float.floatToRawIntBits(1.5f),
            Float.floatToRawIntBits(-0.25f));
    PostgresType fixed = extension("vector", "vector", 2);
    Field field = ColumnType.of(new Column("c", fixed, true), Unrepresentable.ERROR).field();
    assertThat(field.getType()).isEqualTo(new ArrowType.FixedSizeList(2));
    assertThat(append(fixed, value, null)).containsExactly("[1.5,-0.25]", "null");
    assertThat(append(extension("vector", "vector", -1), value, null))
        .containsExactly("[1.5,-0.25]", "null");
    assertThatThrownBy(() -> append(extension("vector", "vector", 3), value))
        .isInstanceOf(UnreadableValue.class)
        .hasMessageContaining("12 bytes");
  }

  @Test
  void intervals() {
    var type = new PostgresType.Scalar("interval", Oid.INTERVAL, -1);
    byte[] most = bytes(int64(Long.MAX_VALUE), Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertThat(append(type, bytes(int64(1_500_000), 2, -14), null))
        .containsExactly("P-14M2D PT1.5S", "null");
    assertThatThrownBy(() -> append(type, most)).hasMessageContaining("infinity");
    assertThat(append(type, Unrepresentable.NULL, most)).containsExactly("null");
  }

  @Test
  void moneyAndOids() {
    assertThat(append(new PostgresType.Money("money", 2), int64(-5), int64(Long.MAX_VALUE)))
        .containsExactly("-0.05", "92233720368547758.07");
    assertThat(append(new PostgresType.Scalar("oid", Oid.OID, -1), int32(-2)))
        .containsExactly("-2");
  }

  @Test
  void errorsNameTheElement() {
    var dates = new PostgresType.Array("date[]", 1182, DATE, 2);
    var type =
        new PostgresType.Composite("stay", 1, List.of(new PostgresType.Attribute("days", dates)));
    byte[] days = array(2, new int[] {2, 2}, int32(0), null, int32(0), int32(Integer.MIN_VALUE));
    byte[] fine = array(2, new int[] {1, 1}, int32(0));
    assertThatThrownBy(
            () ->
                append(
                    type,
                    Unrepresentable.ERROR,
                    null,
                    bytes(1, 1182, field(fine)),
                    bytes(1, 1182, field(null)),
                    bytes(1, 1182, field(days))))
        .isInstanceOfSatisfying(
            UnreadableValue.class,
            e -> {
              assertThat(e.path()).isEqualTo(".days[2][2]");
              assertThat(e.tuple()).isEqualTo(3);
              assertThat(e).hasMessageContaining("-infinity");
            });
  }

  /** Whatever is cut off or added, it is an error and never another value. */
  @Test
  void damagedValuesAreErrors() {
    var array = new PostgresType.Array("integer[]", 1007, INT4, 1);
    var range = new PostgresType.Range("int4range", 3904, INT4);
    byte[][] values = {ints(1, 2, 3), bytes(new byte[] {0x02}, field(int32(1)), field(int32(5)))};
    PostgresType[] types = {array, range};
    for (int i = 0; i < values.length; i++) {
      for (int length = 0; length <= values[i].length + 1; length++) {
        byte[] cut = Arrays.copyOf(values[i], length);
        PostgresType type = types[i];
        if (length != values[i].length) {
          assertThatThrownBy(() -> append(type, cut))
              .as("%s of %d bytes", type.name(), length)
              .isInstanceOfAny(UnreadableValue.class, IndexOutOfBoundsException.class);
        }
      }
    }
  }

  @Test
  void whatIsCastInsideIsAskedForPartByPart() {
    PostgresType inet = new PostgresType.Scalar("inet", Oid.INET, -1);
    var type =
        new PostgresType.Composite(
            "host",
            1,
            List.of(
                new PostgresType.Attribute("a\"b", inet),
                new PostgresType.Attribute("%s", new PostgresType.Array("inet[]", 1041, inet, 1))));
    assertThat(sql(type))
        .isEqualTo(
            "CASE WHEN \"c\" IS NOT DISTINCT FROM NULL THEN NULL ELSE"
                + " ROW((\"c\").\"a\"\"b\"::text, (\"c\").\"%s\"::text[]) END");
    assertThat(sql(new PostgresType.Array("host[]", 2, type, 1))).isEqualTo("\"c\"::text[]");
    assertThat(sql(INT4)).isEqualTo("\"c\"");
    assertThat(sql(extension("postgis", "geometry", -1)))
        .isEqualTo("\"public\".ST_AsBinary(\"c\")");
  }

  private static String sql(PostgresType type) {
    return ColumnType.of(new Column("c", type, true), Unrepresentable.ERROR).sql();
  }
}
