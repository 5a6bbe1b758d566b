package io.millrace.connect.postgres.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.change.ChangeLog;
import io.millrace.core.wire.ArrowCodec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of each replica identity, and one that is altered while its changes are read. */
class AlteredTableIT {
  private static SlotServer server;

  private TaskRun run;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    server = SlotServer.start(folder, Map.of());
  }

  @AfterAll
  static void stop() throws SQLException {
    server.close();
  }

  @AfterEach
  void drop() throws SQLException {
    run.close();
    server.dropSlots();
    server.execute("DROP PUBLICATION altered; DROP TABLE kept");
  }

  /** Makes a table and a slot: what is committed from now on will be read. */
  private void begin(String table) throws Exception {
    server.execute(table);
    run = new TaskRun(server.properties("altered", "public.kept"));
    run.poll();
  }

  private void readAll() throws Exception {
    run.pollTo(server.end());
  }

  /** The changes: what was done, the values of all columns, and the row before. */
  private List<String> changes() {
    return run.log().rows().getOrDefault("kept", List.of()).stream()
        .map(ChangeLog.Row::values)
        .map(
            row -> {
              var line = new StringBuilder(row.get("_op"));
              row.forEach(
                  (column, value) -> {
                    if (!column.startsWith("_")) {
                      line.append(' ').append(column).append('=').append(value);
                    }
                  });
              return line + (row.get("_before") == null ? "" : " before " + row.get("_before"));
            })
        .toList();
  }

  @Test
  void aToastedValueThatAnUpdateOfAnotherColumnLeavesIsNamed() throws Exception {
    begin("CREATE TABLE kept (id int PRIMARY KEY, n int, doc text)");
    server.execute("ALTER TABLE kept ALTER COLUMN doc SET STORAGE EXTERNAL");
    String text = "x".repeat(10_000);
    server.execute("INSERT INTO kept VALUES (1, 1, '%s')".formatted(text));
    server.execute("UPDATE kept SET n = 2");
    server.execute("UPDATE kept SET doc = NULL");
    readAll();
    assertThat(run.log().rows().get("kept"))
        .extracting(row -> row.values().get("_unchanged"))
        .containsExactly("[]", "[doc]", "[]");
    assertThat(changes())
        .containsExactly(
            "insert id=1 n=1 doc=" + text, "update id=1 n=2 doc=null", "update id=1 n=2 doc=null");
  }

  private static final String KEPT =
      """
      CREATE TABLE kept (id int PRIMARY KEY, code text NOT NULL, n int);
      CREATE UNIQUE INDEX kept_code ON kept (code);
      ALTER TABLE kept REPLICA IDENTITY %s;
      """;

  private void changeEverything() throws SQLException {
    server.execute("INSERT INTO kept VALUES (1, 'a', 1)");
    server.execute("UPDATE kept SET n = 2");
    server.execute("UPDATE kept SET id = 2");
    server.execute("UPDATE kept SET code = 'b'");
    server.execute("DELETE FROM kept");
  }

  @Test
  void identityDefaultTellsThePrimaryKey() throws Exception {
    begin(KEPT.formatted("DEFAULT"));
    changeEverything();
    readAll();
    assertThat(changes())
        .containsExactly(
            "insert id=1 code=a n=1",
            "update id=1 code=a n=2",
            "delete id=1 code=null n=null before (1)",
            "insert id=2 code=a n=2 before (1)",
            "update id=2 code=b n=2",
            "delete id=2 code=null n=null before (2)");
  }

  @Test
  void identityFullTellsTheWholeRow() throws Exception {
    begin(KEPT.formatted("FULL"));
    changeEverything();
    readAll();
    assertThat(changes())
        .containsExactly(
            "insert id=1 code=a n=1",
            "update id=1 code=a n=2 before (1|a|1)",
            "delete id=1 code=null n=null before (1|a|2)",
            "insert id=2 code=a n=2 before (1|a|2)",
            "update id=2 code=b n=2 before (2|a|2)",
            "delete id=2 code=null n=null before (2|b|2)");
  }

  @Test
  void identityUsingIndexTellsTheIndexesColumns() throws Exception {
    begin(KEPT.formatted("USING INDEX kept_code"));
    changeEverything();
    readAll();
    assertThat(changes())
        .containsExactly(
            "insert id=1 code=a n=1",
            "update id=1 code=a n=2",
            "update id=2 code=a n=2",
            "delete id=null code=a n=null before (a)",
            "insert id=2 code=b n=2 before (a)",
            "delete id=null code=b n=null before (b)");
  }

  @Test
  void identityNothingLetsRowsOnlyComeAndGoAllAtOnce() throws Exception {
    begin(KEPT.formatted("NOTHING"));
    server.execute("INSERT INTO kept VALUES (1, 'a', 1)");
    for (String refused : List.of("UPDATE kept SET n = 2", "DELETE FROM kept")) {
      assertThatThrownBy(() -> server.execute(refused))
          .hasMessageContaining("does not have a replica identity");
    }
    server.execute("TRUNCATE kept");
    readAll();
    assertThat(changes())
        .containsExactly(
            "insert id=1 code=a n=1",
            "truncate id=null code=null n=null",
            "truncate id=null code=null n=null",
            "truncate id=null code=null n=null",
            "truncate id=null code=null n=null");
  }

  @Test
  void anotherIdentityInMidStreamCarriesOnWhileTheKeyStays() throws Exception {
    begin(KEPT.formatted("DEFAULT"));
    server.execute("INSERT INTO kept VALUES (1, 'a', 1)");
    server.execute("ALTER TABLE kept REPLICA IDENTITY FULL; UPDATE kept SET n = 2");
    server.execute("ALTER TABLE kept REPLICA IDENTITY NOTHING; INSERT INTO kept VALUES (2, 'b')");
    server.execute("ALTER TABLE kept REPLICA IDENTITY DEFAULT; DELETE FROM kept WHERE id = 1");
    readAll();
    assertThat(changes())
        .containsExactly(
            "insert id=1 code=a n=1",
            "update id=1 code=a n=2 before (1|a|1)",
            "insert id=2 code=b n=null",
            "delete id=1 code=null n=null before (1)");
    server.execute("ALTER TABLE kept REPLICA IDENTITY USING INDEX kept_code");
    server.execute("DELETE FROM kept");
    assertThatThrownBy(this::readAll)
        .isInstanceOf(ConnectException.class)
        .hasMessageContainingAll(
            "The key of public.kept is [code] now, and its changes are divided by [id]",
            "give it that key again",
            "millrace drop FILE --slot");
  }

  /** The types that a column has had, in the order of the records. */
  private List<String> types(String column) {
    var types = new ArrayList<String>();
    try (var allocator = new RootAllocator()) {
      for (ChangeLog.Entry entry : run.log().entries()) {
        try (var batch = ArrowCodec.decode(entry.value().duplicate(), allocator)) {
          Field field = batch.getSchema().findField(column);
          String type = field.getMetadata().values() + " " + field.getType();
          if (batch.getRowCount() > 0 && !types.contains(type)) {
            types.add(type);
          }
        }
      }
    }
    return types;
  }

  /** Read as it happens, or by a task that sees in the catalog only what came of it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyAlterationCarriesOn(boolean stopped) throws Exception {
    begin("CREATE TABLE kept (id int PRIMARY KEY, n int, name text, big bigint, kind text)");
    server.execute("INSERT INTO kept VALUES (1, 1, 'a', 10, 'k')");
    if (stopped) {
      readAll();
      run.storeLast();
      run.close();
      server.awaitNoReader();
    }
    server.execute("ALTER TABLE kept ADD COLUMN more text DEFAULT 'x'");
    server.execute("INSERT INTO kept VALUES (2, 2, 'b', 20, 'k', 'y')");
    server.execute("ALTER TABLE kept ALTER COLUMN n TYPE bigint");
    server.execute("INSERT INTO kept VALUES (3, 5000000000, 'c', 30, 'k', 'z')");
    server.execute("ALTER TABLE kept RENAME COLUMN name TO title");
    server.execute("UPDATE kept SET title = 'd' WHERE id = 3");
    server.execute("ALTER TABLE kept ALTER COLUMN big TYPE smallint");
    server.execute("INSERT INTO kept VALUES (4, 4, 'e', 40, 'k', 'z')");
    server.execute("ALTER TABLE kept DROP COLUMN n, DROP COLUMN kind");
    server.execute("DELETE FROM kept WHERE id = 1; UPDATE kept SET big = 21 WHERE id = 2");
    readAll();
    assertThat(changes())
        .containsExactly(
            "insert id=1 n=1 name=a big=10 kind=k",
            "insert id=2 n=2 name=b big=20 kind=k more=y",
            "insert id=3 n=5000000000 name=c big=30 kind=k more=z",
            "update id=3 n=5000000000 title=d big=30 kind=k more=z",
            "insert id=4 n=4 title=e big=40 kind=k more=z",
            "delete id=1 title=null big=null more=null before (1)",
            "update id=2 title=b big=21 more=y");
    assertThat(types("big")).containsExactly("[bigint] Int(64, true)", "[smallint] Int(16, true)");
  }

  private void stop(boolean stopped) throws Exception {
    readAll();
    run.storeLast();
    if (stopped) {
      run.close();
      server.awaitNoReader();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTypeThatIsDroppedBehindItsRowsIsNoHindrance(boolean stopped) throws Exception {
    server.execute("CREATE TYPE mood AS ENUM ('low', 'high'); CREATE TYPE level AS ENUM ('high')");
    begin("CREATE TABLE kept (id int PRIMARY KEY, kind mood)");
    server.execute("INSERT INTO kept VALUES (1, 'high')");
    stop(stopped);
    server.execute("INSERT INTO kept VALUES (2, 'high')");
    server.execute("ALTER TABLE kept ALTER COLUMN kind TYPE level USING kind::text::level");
    server.execute("DROP TYPE mood");
    server.execute("INSERT INTO kept VALUES (3, 'high')");
    readAll();
    server.execute("ALTER TABLE kept DROP COLUMN kind; DROP TYPE level");
    assertThat(changes())
        .containsExactly("insert id=1 kind=high", "insert id=2 kind=high", "insert id=3 kind=high");
  }

  /** A pipeline that reads the table again where it must. */
  private void beginWithSnapshots(String table) throws Exception {
    server.execute(table);
    run = new TaskRun(server.properties("altered", "public.kept")).with("mode", "cdc");
    run.poll();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTableThatIsDroppedAndMadeAgainHasTheKeyItHad(boolean stopped) throws Exception {
    String table =
        "CREATE TABLE kept (id int PRIMARY KEY, n int); ALTER TABLE kept REPLICA IDENTITY FULL";
    beginWithSnapshots(table);
    server.execute("INSERT INTO kept VALUES (1, 1)");
    stop(stopped);
    server.execute("INSERT INTO kept VALUES (2, 2)");
    server.execute("DROP TABLE kept;" + table);
    server.execute("ALTER PUBLICATION altered ADD TABLE kept");
    server.execute("INSERT INTO kept VALUES (3, 3)");
    readAll();
    run.storeLast();
    assertThat(changes()).containsExactly("insert id=1 n=1", "insert id=2 n=2", "insert id=3 n=3");
    assertThat(run.checkpoint().resnapshots()).containsOnlyKeys("kept");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTableThatTakesAnothersNameTakesItsStream(boolean stopped) throws Exception {
    beginWithSnapshots("CREATE TABLE kept (id int PRIMARY KEY, n int)");
    server.execute("INSERT INTO kept VALUES (1, 1)");
    stop(stopped);
    server.execute("INSERT INTO kept VALUES (2, 2)");
    server.execute("ALTER TABLE kept RENAME TO old; CREATE TABLE kept (LIKE old INCLUDING ALL)");
    server.execute("ALTER PUBLICATION altered ADD TABLE kept");
    server.execute("INSERT INTO old VALUES (3, 3)");
    server.execute("INSERT INTO kept VALUES (4, 4)");
    server.execute("TRUNCATE old");
    readAll();
    run.storeLast();
    server.execute("DROP TABLE old");
    assertThat(changes()).containsExactly("insert id=1 n=1", "insert id=2 n=2", "insert id=4 n=4");
    assertThat(run.checkpoint().resnapshots()).containsOnlyKeys("kept");
  }
}
