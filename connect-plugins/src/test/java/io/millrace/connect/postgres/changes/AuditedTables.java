package io.millrace.connect.postgres.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.change.ChangeLog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two tables whose triggers write down every change, in the order it was made. */
final class AuditedTables {
  static final List<String> NAMES = List.of("items", "notes");

  private static final int LONGEST = 40;

  private final Connection sql;

  private AuditedTables(Connection sql) {
    this.sql = sql;
  }

  /** Those that the server has. */
  static AuditedTables of(Connection sql) {
    return new AuditedTables(sql);
  }

  /** Makes them anew, empty. */
  static AuditedTables make(Connection sql) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(
          """
          DROP TABLE IF EXISTS items, notes, audit;
          CREATE TABLE items (id int PRIMARY KEY, val text);
          CREATE TABLE notes (id int PRIMARY KEY, val text);
          CREATE TABLE audit (n bigserial, tx bigint, stream text, op text, id int, val text);
          CREATE OR REPLACE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE tx bigint := pg_current_xact_id()::text::bigint;
            BEGIN
              IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.id <> NEW.id) THEN
                INSERT INTO audit (tx, stream, op, id) VALUES (tx, TG_TABLE_NAME, 'delete', OLD.id);
              END IF;
              IF TG_OP <> 'DELETE' THEN
                INSERT INTO audit (tx, stream, op, id, val) VALUES (tx, TG_TABLE_NAME,
                  CASE WHEN TG_OP = 'UPDATE' AND OLD.id = NEW.id THEN 'update' ELSE 'insert' END,
                  NEW.id, NEW.val);
              END IF;
              RETURN NULL;
            END $$;
          CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON items
            FOR EACH ROW EXECUTE FUNCTION log_change();
          CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON notes
            FOR EACH ROW EXECUTE FUNCTION log_change();
          """);
    }
    return new AuditedTables(sql);
  }

  /** The rows of each stream must be what the triggers have seen of its table, each once. */
  void assertExact(Map<String, List<ChangeLog.Row>> rows) throws SQLException {
    for (String table : NAMES) {
      assertThat(changes(rows.getOrDefault(table, List.of()))).as(table).isEqualTo(audited(table));
    }
  }

  private List<String> audited(String table) throws SQLException {
    var lines = new ArrayList<String>();
    try (Statement statement = sql.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT tx, op, id, val FROM audit WHERE stream = '%s' ORDER BY tx, n"
                    .formatted(table))) {
      while (row.next()) {
        lines.add(line(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
      }
    }
    return lines;
  }

  /** The changes of each transaction in their order, transactions by number. */
  private static List<String> changes(List<ChangeLog.Row> rows) {
    return rows.stream()
        .map(ChangeLog.Row::values)
        .sorted((a, b) -> Long.compare(Long.parseLong(a.get("_tx")), Long.parseLong(b.get("_tx"))))
        .map(row -> line(row.get("_tx"), row.get("_op"), row.get("id"), row.get("val")))
        .toList();
  }

  private static String line(String tx, String op, String id, String val) {
    String shown =
        val == null || val.length() < LONGEST
            ? val
            : "%s~%08x".formatted(val.substring(0, LONGEST), val.hashCode());
    return "%s %s %s %s".formatted(tx, op, id, shown);
  }
}
