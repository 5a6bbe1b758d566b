package io.millrace.connect.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.ConnectOptions;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.core.MillraceException;
import io.millrace.core.stage.SourceTable;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong between a pipeline's file and a database, and how it is told. */
class PostgresSourceTypeIT {
  private static final String PASSWORD = "c0rrect-horse";
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
    try (Connection sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
        Statement statement = sql.createStatement()) {
      statement.execute(
          """
          CREATE ROLE ingest LOGIN PASSWORD '%s';
          CREATE TABLE trips (trip_id bigint PRIMARY KEY, pickup_zone int, note text);
          INSERT INTO trips SELECT n, n, 'x' FROM generate_series(1, 1000) n;
          ANALYZE trips;
          GRANT SELECT ON trips TO ingest;
          CREATE TABLE secrets (id bigint, open int, hidden int);
          GRANT SELECT (id, open) ON secrets TO ingest;
          CREATE SCHEMA closed;
          CREATE TABLE closed.trips (id bigint);
          GRANT SELECT ON closed.trips TO ingest;
          CREATE SEQUENCE trip_ids;
          CREATE TABLE noted (id int, amount numeric, price numeric(9, 2), host inet,
            tags text[], born date);
          GRANT SELECT ON noted TO ingest;
          """
              .formatted(PASSWORD));
      try (ResultSet row = statement.executeQuery("SHOW hba_file")) {
        row.next();
        Path rules = Path.of(row.getString(1));
        Files.writeString(
            rules, "host all ingest 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
      }
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static PostgresOptions options(String key, String value) {
    var properties = new HashMap<String, String>();
    properties.put("url", postgres.jdbcUrl());
    properties.put("user", "ingest");
    properties.put("password", PASSWORD);
    properties.put("table", "public.trips");
    if (value == null) {
      properties.remove(key);
    } else {
      properties.put(key, value);
    }
    if (key.startsWith("changes.")) {
      properties.put("mode", "cdc");
    }
    return new ConnectOptions<>(PostgresOptions.class).require(properties);
  }

  private static MillraceException failure(PostgresOptions options) {
    return failure(options, MillraceException.Category.CONFIGURATION);
  }

  private static MillraceException failure(
      PostgresOptions options, MillraceException.Category category) {
    MillraceException e =
        catchThrowableOfType(
            MillraceException.class, () -> new PostgresSourceType().describe(options));
    assertThat(e.category()).isEqualTo(category);
    for (Throwable t = e; t != null; t = t.getCause()) {
      assertThat(String.valueOf(t.getMessage())).doesNotContain(PASSWORD).doesNotContain("s3cret");
    }
    return e;
  }

  @Test
  void aReadableTableIsDescribed() {
    SourceTable table =
        new PostgresSourceType()
            .describe(options("partition.column", "pickup_zone"))
            .tables()
            .get(0);
    assertThat(table.estimatedRows()).isEqualTo(1000);
    assertThat(table.schema().getFields()).hasSize(3);
  }

  /** Names and types of the columns of changes. */
  private static List<String> changes(PostgresOptions options) {
    return new PostgresSourceType()
        .describe(options).tables().get(0).changesOrNull().getFields().stream()
            .map(Field::toString)
            .toList();
  }

  @Test
  void changesAreDescribedAsTheyWillBe() throws SQLException {
    assertThat(
            new PostgresSourceType()
                .describe(options("mode", "snapshot"))
                .tables()
                .get(0)
                .changesOrNull())
        .isNull();
    assertThat(changes(options("mode", "changes")))
        .containsExactly(
            "trip_id: Int(64, true)",
            "pickup_zone: Int(32, true)",
            "note: Utf8",
            "_before: Struct<trip_id: Int(64, true)>",
            "_op: Utf8 not null",
            "_lsn: Int(64, true) not null",
            "_commit_at: Timestamp(MICROSECOND, UTC) not null",
            "_tx: Int(32, false) not null",
            "_seq: Int(64, true) not null",
            "_unchanged: List<$data$: Utf8 not null> not null");
    try (Connection sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
        Statement statement = sql.createStatement()) {
      statement.execute("CREATE PUBLICATION narrow FOR TABLE trips (trip_id, note)");
    }
    PostgresOptions narrow = options("changes.publication", "narrow");
    assertThat(changes(narrow)).hasSize(9).noneMatch(field -> field.contains("pickup_zone"));
  }

  private static Map<String, String> notes(Unrepresentable policy) {
    var properties = new HashMap<String, String>();
    properties.put("url", postgres.jdbcUrl());
    properties.put("user", "ingest");
    properties.put("password", PASSWORD);
    properties.put("table", "public.noted");
    properties.put("on_unrepresentable", policy.name().toLowerCase(Locale.ROOT));
    PostgresOptions options = new ConnectOptions<>(PostgresOptions.class).require(properties);
    var notes = new HashMap<String, String>();
    for (Field field :
        new PostgresSourceType().describe(options).tables().get(0).schema().getFields()) {
      notes.put(field.getName(), field.getMetadata().getOrDefault(SourceTable.NOTE, "-"));
    }
    return notes;
  }

  @Test
  void whatDoesNotComeAsItIsIsNoted() {
    Map<String, String> refusing = notes(Unrepresentable.ERROR);
    assertThat(refusing).containsEntry("id", "-").containsEntry("price", "-");
    assertThat(refusing).containsEntry("born", "-");
    assertThat(refusing.get("amount")).contains("it comes as text");
    assertThat(refusing.get("host")).contains("the server's text");
    assertThat(refusing.get("tags")).isEqualTo("lower bounds of arrays are not kept");
    Map<String, String> replacing = notes(Unrepresentable.NULL);
    assertThat(replacing).containsEntry("id", "-");
    assertThat(replacing.get("price")).contains("replaced");
    assertThat(replacing.get("born")).contains("replaced");
    assertThat(replacing.get("tags")).contains("lower bounds").contains("replaced");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "password | s3cret | password | wrong password",
        "password |  | password | none is given",
        "user | nobody | user | nobody",
        "table | public.trip | table | did you mean \"public.trips\"",
        "table | public.entirely_else | table | There is no table \"public.entirely_else\"",
        "table | public.trip_ids | table | neither a table nor a view",
        "table | public.secrets | table | hidden",
        "table | closed.trips | table | GRANT USAGE ON SCHEMA",
        "partition.column | pickup_zon | partition.column | did you mean \"pickup_zone\"",
        "partition.column | fare | partition.column | its columns are trip_id, pickup_zone, note",
        "partition.column | note | partition.column | of type text"
      })
  void whatIsWrongIsNamed(String key, String value, String keyAtFault, String message) {
    MillraceException e = failure(options(key, value));
    assertThat(e.key()).contains(keyAtFault);
    assertThat(e).hasMessageContaining(message);
  }

  /** The file may be right and the server down. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:postgresql://127.0.0.1:1/postgres?password=s3cret | nobody answers",
        "jdbc:postgresql://no-such-host.invalid/postgres | host name is unknown"
      })
  void aServerOutOfReachIsNamed(String url, String message) {
    MillraceException e = failure(options("url", url), MillraceException.Category.SOURCE);
    assertThat(e.key()).contains("url");
    assertThat(e).hasMessageContaining(message);
  }

  @Test
  void aMissingDatabaseIsNamed() {
    MillraceException e = failure(options("url", postgres.jdbcUrl() + "s"));
    assertThat(e.key()).contains("url");
    assertThat(e).hasMessageContaining("there is no database \"postgress\"");
  }

  @Test
  void aMissingTableInAnotherCaseIsFound() {
    MillraceException e = failure(options("table", "public.TRIPS"));
    assertThat(e).hasMessageContaining("did you mean \"public.trips\"");
  }

  @Test
  void describingLeavesNoSession() throws SQLException {
    new PostgresSourceType().describe(options("tasks", "1"));
    try (Connection sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
        Statement statement = sql.createStatement()) {
      await()
          .until(
              () -> {
                try (ResultSet row =
                    statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ingest'")) {
                  row.next();
                  return row.getLong(1) == 0;
                }
              });
    }
  }
}
