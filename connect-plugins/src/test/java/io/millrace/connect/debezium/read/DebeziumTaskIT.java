package io.millrace.connect.debezium.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.change.ChangeLog;
import io.millrace.connect.debezium.MariaDbServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debezium's MariaDB connector within our task; Connect's part is played by {@link TaskRun}. */
class DebeziumTaskIT {
  private static MariaDbServer server;
  private static Connection sql;

  @TempDir private Path folder;
  private TaskRun run;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(
        MariaDbServer.missing().isEmpty(), () -> MariaDbServer.missing().orElseThrow());
    server = MariaDbServer.start();
    sql = server.connect();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      sql.close();
      server.close();
    }
  }

  @BeforeEach
  void makeTables() throws SQLException {
    execute(
        """
        DROP DATABASE IF EXISTS shop;
        CREATE DATABASE shop;
        CREATE TABLE shop.items (id int PRIMARY KEY, val varchar(100));
        CREATE TABLE shop.notes (id int PRIMARY KEY, val varchar(100));
        """);
    run = new TaskRun(properties());
  }

  @AfterEach
  void stopTask() {
    run.close();
  }

  private Map<String, String> properties() {
    var properties = new HashMap<String, String>();
    properties.put("millrace.pipeline", "app");
    properties.put("connector_class", "io.debezium.connector.mariadb.MariaDbConnector");
    properties.put("tables", "shop.items,shop.notes");
    properties.put("properties.database.hostname", "127.0.0.1");
    properties.put("properties.database.port", Integer.toString(server.port()));
    properties.put("properties.database.user", "ingest");
    properties.put("properties.database.server.id", "7001");
    properties.put(
        "properties.schema.history.internal", "io.debezium.storage.file.history.FileSchemaHistory");
    properties.put(
        "properties.schema.history.internal.file.filename", folder.resolve("history").toString());
    properties.put("secrets.database.password", MariaDbServer.PASSWORD);
    properties.put("changes.buckets", "4");
    properties.put("changes.batch_age", "50ms");
    properties.put("changes.tick", "300ms");
    return properties;
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  private static List<String> texts(List<ChangeLog.Row> rows) {
    return rows.stream()
        .map(
            row ->
                "%s %s %s"
                    .formatted(
                        row.values().get("_op"), row.values().get("id"), row.values().get("val")))
        .toList();
  }

  @Test
  void rowsThatAreThereComeAsInsertsAndThenTheChanges() throws Exception {
    execute("INSERT INTO shop.items VALUES (1, 'one'), (2, 'two'), (3, NULL)");
    run.pollUntil(() -> run.rows("items").size() == 3);
    execute(
        """
        INSERT INTO shop.items VALUES (4, 'four');
        UPDATE shop.items SET val = 'zwei' WHERE id = 2;
        DELETE FROM shop.items WHERE id = 1;
        UPDATE shop.items SET id = 5 WHERE id = 3;
        """);
    run.pollUntil(() -> run.rows("items").size() == 8);
    for (var r : run.delivered()) {
      System.err.println(r.sourceOffset() + " " + r.headers());
    }
    for (var r : run.rows("items")) {
      System.err.println(r);
    }
    assertThat(texts(run.rows("items")))
        .containsExactly(
            "insert 1 one",
            "insert 2 two",
            "insert 3 null",
            "insert 4 four",
            "update 2 zwei",
            "delete 1 null",
            "delete 3 null",
            "insert 5 null");
  }
}
