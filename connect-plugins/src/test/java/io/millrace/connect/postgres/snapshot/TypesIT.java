package io.millrace.connect.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.ConnectOptions;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.core.stage.SourceTable;
import io.millrace.embedded.EmbeddedPostgres;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every value of every type: what the server says of it equals what the vectors say. */
class TypesIT {
  /** A column: its type, values as SQL, and the server's own text of a value. */
  private record Case(String type, String text, List<String> values) {
    static Case of(String type, String text, String... values) {
      return new Case(type, text, List.of(values));
    }
  }

  private static final String MICROS = "(extract(epoch FROM %s) * 1000000)::numeric(38,0)::text";

  private static final Map<String, Case> CASES = new LinkedHashMap<>();

  static {
    CASES.put("c_bool", Case.of("boolean", "%s::text", "true", "false"));
    CASES.put("c_int2", Case.of("smallint", "%s::text", "-32768", "32767", "0"));
    CASES.put("c_int4", Case.of("integer", "%s::text", "-2147483648", "2147483647"));
    CASES.put(
        "c_int8", Case.of("bigint", "%s::text", "-9223372036854775808", "9223372036854775807"));
    CASES.put(
        "c_float4",
        Case.of(
            "real",
            "encode(float4send(%s), 'hex')",
            "'NaN'",
            "'-Infinity'",
            "1e-45",
            "3.4028235e38",
            "0.1",
            "'-0'"));
    CASES.put(
        "c_float8",
        Case.of(
            "double precision",
            "encode(float8send(%s), 'hex')",
            "'NaN'",
            "'Infinity'",
            "5e-324",
            "1.7976931348623157e308",
            "0.1",
            "'-0'"));
    CASES.put(
        "c_money",
        Case.of(
            "numeric(10,2)",
            "%s::text",
            "99999999.99",
            "-99999999.99",
            "0",
            "0.01",
            "-0.10",
            "10000"));
    CASES.put(
        "c_128",
        Case.of(
            "numeric(38,10)",
            "%s::text",
            "9999999999999999999999999999.9999999999",
            "-0.0000000001",
            "1"));
    CASES.put(
        "c_256",
        Case.of("numeric(76,0)", "%s::text", "repeat('9', 76)::numeric", "-1", "10::numeric ^ 60"));
    CASES.put("c_257", Case.of("numeric(77,0)", "%s::text", "repeat('9', 77)::numeric", "'NaN'"));
    CASES.put(
        "c_anynum",
        Case.of("numeric", "%s::text", "'NaN'", "'Infinity'", "1.50", "1e200", "-1e-200"));
    CASES.put("c_negative", Case.of("numeric(4,-2)", "%s::text", "999900", "-100", "51"));
    CASES.put("c_small", Case.of("numeric(2,4)", "%s::text", "0.0099", "-0.0001"));
    CASES.put(
        "c_text",
        Case.of("text", "%s", "''", "'ä€𝄞'", "E'tab\\there\\nline'", "repeat('long ', 50000)"));
    CASES.put("c_varchar", Case.of("varchar(10)", "%s", "'0123456789'", "' x '"));
    CASES.put("c_char", Case.of("char(5)", "rpad(%s, 5)", "'ab'", "''"));
    CASES.put("c_name", Case.of("name", "%s::text", "'pg_class'"));
    CASES.put("c_onechar", Case.of("\"char\"", "%s::text", "'x'"));
    CASES.put(
        "c_bytea",
        Case.of(
            "bytea",
            "encode(%s, 'hex')",
            "''",
            "'\\x00ff7f80'",
            "decode(repeat('ab', 70000), 'hex')"));
    CASES.put(
        "c_date",
        Case.of(
            "date",
            "(%s - date '1970-01-01')::text",
            "'4713-01-01 BC'",
            "'5874897-12-31'",
            "'1970-01-01'",
            "'1969-12-31'"));
    CASES.put("c_time", Case.of("time", MICROS, "'00:00'", "'23:59:59.999999'"));
    CASES.put(
        "c_timestamp",
        Case.of(
            "timestamp",
            MICROS,
            "'4713-01-01 00:00:00 BC'",
            "'294246-01-01 00:00:00'",
            "'1969-12-31 23:59:59.999999'",
            "'2000-01-01'"));
    CASES.put(
        "c_timestamptz",
        Case.of(
            "timestamptz",
            MICROS,
            "'2024-03-31 02:30:00+02'",
            "'1900-01-01 00:00:00-11'",
            "'2024-01-01 00:00:00.000001 Europe/Berlin'"));
    CASES.put(
        "c_uuid",
        Case.of("uuid", "replace(%s::text, '-', '')", "'00112233-4455-6677-8899-aabbccddeeff'"));
    CASES.put("c_json", Case.of("json", "%s::text", "'{\"b\": 1,  \"a\": [null]}'", "'null'"));
    CASES.put("c_jsonb", Case.of("jsonb", "%s::text", "'{\"b\": 1,  \"a\": [null]}'", "'\"x\"'"));
    CASES.put("c_domain", Case.of("positive_money", "%s::text", "12.50"));
    CASES.put("c_enum", Case.of("mood", "%s::text", "'happy'", "'sad'"));
    CASES.put("c_array", Case.of("int[]", "%s::text", "'{1,NULL,3}'", "'{}'"));
    CASES.put("c_interval", Case.of("interval", "%s::text", "'1 year 2 days 03:04:05.6'"));
    CASES.put("c_timetz", Case.of("timetz", "%s::text", "'12:00:00.5+02'"));
    CASES.put("c_inet", Case.of("inet", "%s::text", "'10.0.0.1/8'"));
    CASES.put("c_cash", Case.of("money", "%s::text", "'12.34'"));
    CASES.put("c_range", Case.of("tstzrange", "%s::text", "'[2024-01-01 00:00+02,)'"));
  }

  private static EmbeddedPostgres postgres;
  private static Connection sql;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    try (Statement statement = sql.createStatement()) {
      statement.execute(
          """
          SET TimeZone = 'UTC'; SET lc_monetary = 'C'; SET extra_float_digits = 1;
          CREATE TYPE mood AS ENUM ('sad', 'happy');
          CREATE DOMAIN money_2 AS numeric(12,2);
          CREATE DOMAIN positive_money AS money_2 CHECK (VALUE > 0);
          """);
      var columns = new ArrayList<String>();
      CASES.forEach((name, c) -> columns.add(name + " " + c.type));
      statement.execute(
          "CREATE TABLE types (id bigint PRIMARY KEY, gone text, %s,"
                  .formatted(String.join(", ", columns))
              + " made bigint GENERATED ALWAYS AS (id * 2) STORED)");
      statement.execute("ALTER TABLE types DROP COLUMN gone");
      long id = 0;
      for (Map.Entry<String, Case> each : CASES.entrySet()) {
        for (String value : each.getValue().values) {
          statement.execute(
              "INSERT INTO types (id, %s) VALUES (%d, %s)".formatted(each.getKey(), ++id, value));
        }
      }
      statement.execute("INSERT INTO types (id) VALUES (0)");
    }
  }

  @AfterAll
  static void stop() throws SQLException {
    sql.close();
    postgres.close();
  }

  @Test
  void valuesEqualTheServersOwnText() throws Exception {
    Map<String, String> expected = expected();
    var found = new HashMap<String, String>();
    try (var reading = new TestReading(postgres, "public.types", Map.of("ranges", "3"));
        BufferAllocator allocator = new RootAllocator()) {
      reading.start();
      TopicLog log = reading.readAll();
      TopicLog.forEachBatch(
          log.complete(reading.round.id().plan()).values(),
          allocator,
          batch -> {
            var id = (BigIntVector) batch.getVector("id");
            for (FieldVector column : batch.getFieldVectors()) {
              for (int row = 0; row < batch.getRowCount(); row++) {
                found.put(id.get(row) + " " + column.getName(), text(column, row));
              }
            }
          });
    }
    assertThat(found).hasSizeGreaterThan(2000);
    var differing = new ArrayList<String>();
    expected.forEach(
        (cell, value) -> {
          if (!Objects.equals(found.remove(cell), value)) {
            differing.add(cell + " is " + value);
          }
        });
    assertThat(differing).isEmpty();
    assertThat(found).isEmpty();
  }

  private static Map<String, String> expected() throws SQLException {
    var columns = new ArrayList<String>();
    CASES.forEach((name, c) -> columns.add(c.text.formatted(name) + " AS " + name));
    var expected = new HashMap<String, String>();
    try (Statement statement = sql.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id, made, %s FROM types".formatted(String.join(", ", columns)))) {
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          expected.put(
              rows.getString(1) + " " + rows.getMetaData().getColumnLabel(i), rows.getString(i));
        }
      }
    }
    return expected;
  }

  private static String text(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    } else if (vector instanceof Float4Vector v) {
      return HexFormat.of().toHexDigits(Float.floatToRawIntBits(v.get(row)));
    } else if (vector instanceof Float8Vector v) {
      return HexFormat.of().toHexDigits(Double.doubleToRawLongBits(v.get(row)));
    } else if (vector instanceof VarBinaryVector v) {
      return HexFormat.of().formatHex(v.get(row));
    } else if (vector instanceof FixedSizeBinaryVector v) {
      return HexFormat.of().formatHex(v.get(row));
    } else if (vector instanceof DateDayVector v) {
      return Integer.toString(v.get(row));
    } else if (vector instanceof TimeMicroVector v) {
      return Long.toString(v.get(row));
    } else if (vector instanceof TimeStampVector v) {
      return Long.toString(v.get(row));
    } else if (vector.getObject(row) instanceof BigDecimal number) {
      return number.toPlainString();
    }
    return vector.getObject(row).toString();
  }

  @Test
  void fieldsSayWhatTheyWere() throws Exception {
    var options =
        new ConnectOptions<>(PostgresOptions.class)
            .require(
                Map.of(
                    "url", postgres.jdbcUrl(), "user", postgres.user(), "table", "public.types"));
    SourceTable table = new PostgresSourceType().describe(options).tables().get(0);
    assertThat(table.stream()).isEqualTo("types");
    assertThat(table.name()).isEqualTo("public.types");
    assertThat(table.schema().getFields())
        .extracting(Field::getName)
        .doesNotContain("gone")
        .contains("made");

    Field id = table.schema().findField("id");
    assertThat(id.isNullable()).isFalse();
    Field domain = table.schema().findField("c_domain");
    assertThat(domain.isNullable()).isTrue();
    assertThat(domain.getType()).isEqualTo(new ArrowType.Decimal(12, 2, 128));
    assertThat(domain.getMetadata()).containsEntry(SourceTable.SOURCE_TYPE, "positive_money");
    assertThat(table.schema().findField("c_varchar").getMetadata())
        .containsEntry(SourceTable.SOURCE_TYPE, "character varying(10)");
    assertThat(table.schema().findField("c_uuid").getMetadata())
        .containsEntry("ARROW:extension:name", "arrow.uuid")
        .containsEntry("ARROW:extension:metadata", "");
    assertThat(table.schema().findField("c_jsonb").getMetadata())
        .containsEntry("ARROW:extension:name", "arrow.json");
    assertThat(table.schema().findField("c_timestamptz").getType())
        .isEqualTo(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"));
  }
}
