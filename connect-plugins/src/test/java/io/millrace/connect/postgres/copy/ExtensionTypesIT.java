package io.millrace.connect.postgres.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.PostgresType;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostGIS and pgvector, on the Postgres 15 that Debian has their packages for. */
class ExtensionTypesIT {
  private static DebianPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        DebianPostgres.has("postgis"),
        "postgresql-15-postgis-3 is not installed (apt-get install postgresql-15-postgis-3)");
    postgres = DebianPostgres.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (postgres != null) {
      postgres.close();
    }
  }

  private static void execute(String statements) throws SQLException {
    try (Connection sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
        Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  private static String text(String query) throws SQLException {
    try (Connection sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
        Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery("SELECT " + query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static String wkb(String wkt) throws SQLException {
    return text("encode(gis.ST_AsBinary('%s'::gis.geometry), 'hex')".formatted(wkt));
  }

  @Test
  void geometriesAreWellKnownBinary() throws Exception {
    execute(
        """
        CREATE SCHEMA IF NOT EXISTS gis; CREATE EXTENSION IF NOT EXISTS postgis SCHEMA gis;
        CREATE TYPE place AS (name text, at gis.geometry);
        CREATE TABLE places (id int PRIMARY KEY, g gis.geometry(PointZ, 4326), any_g gis.geometry,
          geo gis.geography, many gis.geometry[], place place);
        INSERT INTO places VALUES
          (1, 'SRID=4326;POINT Z (1 2 3)', 'LINESTRING(0 0, 1 1)', 'POINT(8.5 47.4)',
           ARRAY['POINT(1 2)', NULL, 'SRID=3857;POLYGON((0 0,0 1,1 1,0 0))']::gis.geometry[],
           ROW('here', 'POINT EMPTY')),
          (2, NULL, NULL, NULL, NULL, NULL),
          (3, NULL, NULL, NULL, '{}', ROW(NULL, NULL));
        """);
    try (var rows = new TableRows(postgres.jdbcUrl(), postgres.user())) {
      Table table = rows.catalog().table(new TableName("public", "places"));
      List<Map<String, String>> found = rows.read(table, Unrepresentable.ERROR);
      assertThat(found.get(0).values())
          .containsExactly(
              "1",
              wkb("POINT Z (1 2 3)"),
              wkb("LINESTRING(0 0, 1 1)"),
              wkb("POINT(8.5 47.4)"),
              "[%s|null|%s]".formatted(wkb("POINT(1 2)"), wkb("POLYGON((0 0,0 1,1 1,0 0))")),
              "(here|%s)".formatted(wkb("POINT EMPTY")));
      assertThat(found.get(1).values()).containsExactly("2", null, null, null, null, null);
      assertThat(found.get(2).values()).containsExactly("3", null, null, null, "[]", "(null|null)");

      List<Field> fields = ColumnType.schema(table, Unrepresentable.ERROR).getFields();
      assertThat(fields.get(1).getMetadata())
          .containsEntry("ARROW:extension:name", "geoarrow.wkb")
          .containsEntry("ARROW:extension:metadata", "{\"crs\":\"4326\",\"crs_type\":\"srid\"}");
      assertThat(fields.get(2).getMetadata()).containsEntry("ARROW:extension:metadata", "{}");
      assertThat(fields.get(3).getMetadata().get("ARROW:extension:metadata"))
          .contains("\"crs\":\"4326\"", "\"edges\":\"spherical\"");
    }
  }

  /** What logical replication sends of a geometry is its text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POINT(1 2)",
        "SRID=4326;POINT EMPTY",
        "SRID=3857;LINESTRING ZM (0 0 1 2, 1 1 3 4)",
        "POLYGON M ((0 0 1, 0 1 2, 1 1 3, 0 0 1), (0 0 1, 0 1 2, 1 1 3, 0 0 1))",
        "SRID=4326;GEOMETRYCOLLECTION(MULTIPOINT(1 2, 3 4), POLYGON EMPTY, LINESTRING(0 0, 1 1))",
        "CURVEPOLYGON(CIRCULARSTRING(0 0, 4 0, 4 4, 0 4, 0 0))",
        "TIN(((0 0 0, 0 0 1, 0 1 0, 0 0 0)))"
      })
  void aGeometrysTextBecomesItsWellKnownBinary(String wkt) throws Exception {
    execute("CREATE SCHEMA IF NOT EXISTS gis; CREATE EXTENSION IF NOT EXISTS postgis SCHEMA gis");
    var type = new PostgresType.Extension("geometry", 1, -1, "postgis", "gis", "geometry");
    ColumnType column =
        ColumnType.of(new Column("g", type, /* nullable= */ true), Unrepresentable.ERROR);
    byte[] text = text("'%s'::gis.geometry::text".formatted(wkt)).getBytes(UTF_8);
    var sent = new SentBytes();
    column.text().write(text, 0, text.length, sent);
    assertThat(HexFormat.of().formatHex(sent.array(), 0, sent.length())).isEqualTo(wkb(wkt));
  }

  @Test
  void olderServersAreDescribed() throws Exception {
    execute("CREATE TABLE multi (r int4multirange, m money, i interval)");
    execute("INSERT INTO multi VALUES ('{[1,2)}', '1.50', '1 day')");
    try (var rows = new TableRows(postgres.jdbcUrl(), postgres.user())) {
      Table table = rows.catalog().table(new TableName("public", "multi"));
      assertThat(rows.read(table, Unrepresentable.ERROR))
          .containsExactly(Map.of("r", "[(1|2|true|false|false)]", "m", "1.50", "i", "0 1 0"));
    }
  }
}
