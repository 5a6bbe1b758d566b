package io.millrace.connect.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.copy.TableRows;
import io.millrace.connect.postgres.copy.TypeCase;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.core.MillraceException;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real server's walsender sends, read into vectors. */
class PgOutputIT {
  /** Larger than a page even when compressed, so that it lies in the TOAST table. */
  private static final String LARGE =
      "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 500) AS i)";

  private static final String LARGE_TEXT = "<16000 characters>";

  private static EmbeddedPostgres postgres;
  private static Connection sql;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    execute("SET TimeZone = 'UTC'; SET extra_float_digits = 1;" + TypeCase.TYPES);
    TestSlot.publish(sql);
  }

  @AfterAll
  static void stop() throws SQLException {
    sql.close();
    postgres.close();
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  /**
   * All changes of the table since the slot was made; statements that go to the server together are
   * one transaction. Without the LSNs, which differ from run to run.
   */
  private static List<String> changes(TestSlot slot, boolean binary, String table)
      throws Exception {
    try (var allocator = new RootAllocator()) {
      List<EncodedChanges> batches = TestSlot.changes(postgres, slot, binary, table, allocator);
      return ChangeRows.of(batches, allocator).stream()
          .map(row -> row.replaceFirst("^[0-9a-f]+\\.", ""))
          .toList();
    }
  }

  /** The same without their indexes either. */
  private static List<String> values(TestSlot slot, boolean binary, String table) throws Exception {
    return changes(slot, binary, table).stream()
        .map(row -> row.replaceFirst("^\\d+ ", ""))
        .toList();
  }

  static List<TypeCase> all() {
    return TypeCase.ALL;
  }

  static List<TypeCase> sent() {
    return TypeCase.ALL.stream().filter(type -> !type.cast()).toList();
  }

  static List<TypeCase> cast() {
    return TypeCase.ALL.stream().filter(TypeCase::cast).toList();
  }

  private static void insertCases(TypeCase type) throws SQLException {
    for (String statement : type.table()) {
      execute(statement);
    }
  }

  /** The rows as COPY gives them, in the words of {@link ChangeRows}. */
  private static List<String> snapshot(String name) throws Exception {
    try (var rows = new TableRows(postgres.jdbcUrl(), postgres.user())) {
      Table table = rows.catalog().table(new TableName("public", name));
      List<Map<String, String>> found = rows.read(table, Unrepresentable.ERROR);
      found.sort(Comparator.comparing(row -> Integer.valueOf(row.get("id"))));
      return found.stream()
          .map(
              row -> {
                var text = new StringBuilder("insert");
                row.forEach((column, value) -> text.append(" " + column + "=" + value));
                return text.append(" before=null").toString();
              })
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("sent")
  void aValueInBinaryIsThatOfTheSnapshot(TypeCase type) throws Exception {
    try (var slot = new TestSlot(postgres)) {
      insertCases(type);
      assertThat(values(slot, /* binary= */ true, "cases"))
          .containsExactlyElementsOf(snapshot("cases"));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aValueInTextIsThatOfTheSnapshot(TypeCase type) throws Exception {
    try (var slot = new TestSlot(postgres)) {
      insertCases(type);
      assertThat(values(slot, /* binary= */ false, "cases"))
          .containsExactlyElementsOf(snapshot("cases"));
    }
  }

  @ParameterizedTest
  @MethodSource("cast")
  void aTypeThatOnlyTheServerCanWriteIsRefusedInBinary(TypeCase type) throws Exception {
    try (var slot = new TestSlot(postgres)) {
      insertCases(type);
      assertThatThrownBy(() -> changes(slot, /* binary= */ true, "cases"))
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("public.cases at ")
          .hasMessageContaining("start replication with binary off");
    }
  }

  @Test
  void aTypeWithoutASendFunctionComesAsText() throws Exception {
    try (var slot = new TestSlot(postgres)) {
      execute(
          """
          CREATE TABLE rights (id int PRIMARY KEY, one aclitem);
          INSERT INTO rights VALUES (1, 'postgres=r/postgres'), (2, NULL);
          """);
      assertThat(values(slot, /* binary= */ true, "rights"))
          .containsExactlyElementsOf(snapshot("rights"));
    }
  }

  private static List<String> shortened(List<String> rows) {
    return rows.stream().map(row -> row.replaceAll("[0-9a-f]{16000}", LARGE_TEXT)).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aToastedValueThatStaysIsNamedAndNeverNull(boolean binary) throws Exception {
    try (var slot = new TestSlot(postgres)) {
      execute(
          """
          DROP TABLE IF EXISTS toasted; CREATE TABLE toasted (id int PRIMARY KEY, n int, doc text, more text);
          INSERT INTO toasted VALUES (1, 1, %1$s, NULL);
          UPDATE toasted SET n = 2;
          UPDATE toasted SET doc = NULL;
          UPDATE toasted SET doc = %1$s, more = %1$s;
          UPDATE toasted SET id = 2;
          ALTER TABLE toasted REPLICA IDENTITY FULL;
          UPDATE toasted SET n = 3, more = '';
          """
              .formatted(LARGE));
      assertThat(shortened(changes(slot, binary, "toasted")))
          .containsExactly(
              "0 insert id=1 n=1 doc=%s more=null before=null".formatted(LARGE_TEXT),
              "2 update id=1 n=2 doc=null more=null before=null unchanged=[doc]",
              "4 update id=1 n=2 doc=null more=null before=null",
              "6 update id=1 n=2 doc=%1$s more=%1$s before=null".formatted(LARGE_TEXT),
              "7 delete id=1 n=null doc=null more=null before={id=1}",
              "8 insert id=2 n=2 doc=null more=null before={id=1} unchanged=[doc|more]",
              "10 update id=2 n=3 doc=%1$s more= before={id=2,n=2,doc=%1$s,more=%1$s}"
                  .formatted(LARGE_TEXT));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachIdentityGivesItsOwnImageOfTheRowBefore(boolean binary) throws Exception {
    execute(
        """
        DROP TABLE IF EXISTS kept;
        CREATE TABLE kept (id int PRIMARY KEY, code text NOT NULL, n int);
        CREATE UNIQUE INDEX kept_code ON kept (code);
        """);
    try (var slot = new TestSlot(postgres)) {
      execute(
          """
          INSERT INTO kept VALUES (1, 'a', 1);
          UPDATE kept SET n = 2;
          DELETE FROM kept;
          ALTER TABLE kept REPLICA IDENTITY USING INDEX kept_code;
          INSERT INTO kept VALUES (2, 'b', 1);
          UPDATE kept SET id = 3;
          UPDATE kept SET code = 'c';
          DELETE FROM kept;
          ALTER TABLE kept REPLICA IDENTITY FULL;
          INSERT INTO kept VALUES (4, 'd', NULL);
          UPDATE kept SET n = 1;
          UPDATE kept SET id = 5;
          DELETE FROM kept;
          ALTER TABLE kept REPLICA IDENTITY NOTHING;
          INSERT INTO kept VALUES (6, 'e', 1);
          """);
      assertThatThrownBy(() -> execute("UPDATE kept SET n = 2"))
          .hasMessageContaining("does not have a replica identity");
      execute("TRUNCATE kept");
      assertThat(changes(slot, binary, "kept"))
          .containsExactly(
              "0 insert id=1 code=a n=1 before=null",
              "2 update id=1 code=a n=2 before=null",
              "3 delete id=1 code=null n=null before={id=1}",
              "4 insert id=2 code=b n=1 before=null",
              "6 update id=3 code=b n=1 before=null",
              "7 delete id=null code=b n=null before={code=b}",
              "8 insert id=3 code=c n=1 before={code=b}",
              "9 delete id=null code=c n=null before={code=c}",
              "10 insert id=4 code=d n=null before=null",
              "12 update id=4 code=d n=1 before={id=4,code=d,n=null}",
              "13 delete id=4 code=null n=null before={id=4,code=d,n=1}",
              "14 insert id=5 code=d n=1 before={id=4,code=d,n=1}",
              "15 delete id=5 code=null n=null before={id=5,code=d,n=1}",
              "16 insert id=6 code=e n=1",
              "0 truncate id=null code=null n=null",
              "0 truncate id=null code=null n=null",
              "0 truncate id=null code=null n=null");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void indexesCountTheRowsOfAllTablesAndNoneThatWereRolledBack(boolean binary) throws Exception {
    execute(
        """
        DROP TABLE IF EXISTS one, two;
        CREATE TABLE one (id int PRIMARY KEY);
        CREATE TABLE two (id int PRIMARY KEY, n int);
        """);
    try (var slot = new TestSlot(postgres)) {
      execute(
          """
          BEGIN;
          INSERT INTO one VALUES (1), (2);
          INSERT INTO two VALUES (1);
          SAVEPOINT a;
          INSERT INTO one VALUES (3);
          INSERT INTO two VALUES (3);
          ROLLBACK TO a;
          UPDATE two SET n = 1;
          SAVEPOINT b;
          INSERT INTO two VALUES (4);
          RELEASE b;
          DELETE FROM one WHERE id = 2;
          TRUNCATE one, two;
          INSERT INTO two VALUES (5);
          COMMIT;
          BEGIN;
          INSERT INTO two VALUES (6);
          ROLLBACK;
          INSERT INTO two VALUES (7);
          """);
      assertThat(changes(slot, binary, "one"))
          .startsWith(
              "0 insert id=1 before=null",
              "1 insert id=2 before=null",
              "6 delete id=2 before={id=2}")
          .filteredOn(row -> row.contains("truncate"))
          .hasSize(3);
      List<String> two = changes(slot, binary, "two");
      assertThat(two)
          .startsWith(
              "2 insert id=1 n=null before=null",
              "4 update id=1 n=1 before=null",
              "5 insert id=4 n=null before=null")
          .endsWith("9 insert id=5 n=null before=null", "0 insert id=7 n=null before=null")
          .hasSize(8);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTableAlteredInMidStreamBeginsAnotherBatch(boolean binary) throws Exception {
    execute("DROP TABLE IF EXISTS moving; CREATE TABLE moving (id int PRIMARY KEY, n int)");
    try (var slot = new TestSlot(postgres);
        var allocator = new RootAllocator()) {
      execute(
          """
          BEGIN;
          INSERT INTO moving VALUES (1, 1);
          ALTER TABLE moving ADD COLUMN more text DEFAULT 'x';
          INSERT INTO moving VALUES (2, 2, 'y');
          ALTER TABLE moving ALTER COLUMN n TYPE bigint;
          INSERT INTO moving VALUES (3, 5000000000, 'z');
          COMMIT;
          ALTER TABLE moving RENAME COLUMN more TO other;
          INSERT INTO moving VALUES (4, 4, 'q');
          ALTER TABLE moving DROP COLUMN n;
          INSERT INTO moving VALUES (5, 'r');
          """);
      List<EncodedChanges> batches = TestSlot.changes(postgres, slot, binary, "moving", allocator);
      assertThat(batches.stream().map(EncodedChanges::schema).distinct()).hasSize(5);
      assertThat(ChangeRows.of(batches, allocator))
          .extracting(row -> row.replaceFirst("^[0-9a-f]+\\.", ""))
          .filteredOn(row -> !row.contains("update"))
          .containsExactly(
              "0 insert id=1 n=1 before=null",
              "1 insert id=2 n=2 more=y before=null",
              "2 insert id=3 n=5000000000 more=z before=null",
              "0 insert id=4 n=4 other=q before=null",
              "1 insert id=5 other=r before=null");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theServerStillSendsWhatWasRecorded(Recording recording) throws Exception {
    var messages = new ArrayList<ByteBuffer>();
    try (var slot = new TestSlot(postgres)) {
      execute(Recording.SCRIPT);
      slot.read(recording.isBinary(), messages::add);
    }
    if (Recording.anew()) {
      recording.keepMessages(messages);
    }
    assertThat(heard(messages)).containsExactlyElementsOf(heard(recording.messages()));
  }

  /** The messages without what differs from run to run: OIDs, LSNs, times, transactions. */
  private static List<String> heard(List<ByteBuffer> messages) throws InterruptedException {
    var heard = new HeardMessages();
    var reader = new PgOutputReader(heard);
    for (ByteBuffer message : messages) {
      reader.read(message);
    }
    return heard.lines().stream()
        .map(line -> line.replaceFirst("^(begin|commit|truncate) .*", "$1"))
        .map(line -> line.replaceFirst("^(relation|insert|update|delete|message) \\S+", "$1"))
        .toList();
  }
}
