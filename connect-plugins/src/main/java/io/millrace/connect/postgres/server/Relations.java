package io.millrace.connect.postgres.server;

import io.millrace.core.MillraceException;
import io.millrace.core.options.NearestWord;
import java.sql.SQLException;
import java.util.List;

/** Finds what a name stands for and makes sure that all of it may be read. */
final class Relations {
  private static final String FIND =
      """
      SELECT c.oid, c.relkind,
             pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
             pg_catalog.has_table_privilege(c.oid, 'SELECT'),
             pg_catalog.row_security_active(c.oid),
             current_user
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relname = ?
      """;

  /** What can be selected from. */
  record Relation(long oid, Table.Kind kind) {}

  private record Found(
      long oid, String kind, boolean usage, boolean select, boolean filtered, String user) {}

  private final Session session;

  Relations(Session session) {
    this.session = session;
  }

  /**
   * The relation of this name.
   *
   * @throws MillraceException (CONFIGURATION, key {@code table}) if there is none, nothing can be
   *     selected from it, or not everything may be read
   */
  Relation find(TableName name) throws SQLException {
    List<Found> all =
        session.list(
            FIND,
            row ->
                new Found(
                    row.getLong(1),
                    row.getString(2),
                    row.getBoolean(3),
                    row.getBoolean(4),
                    row.getBoolean(5),
                    row.getString(6)),
            name.schema(),
            name.name());
    if (all.isEmpty()) {
      throw missing(name);
    }
    Found found = all.get(0);
    Table.Kind kind = kind(name, found.kind);
    requireRights(name, found);
    return new Relation(found.oid, kind);
  }

  private static Table.Kind kind(TableName name, String kind) {
    return switch (kind) {
      case "r" -> Table.Kind.TABLE;
      case "p" -> Table.Kind.PARTITIONED_TABLE;
      case "m" -> Table.Kind.MATERIALIZED_VIEW;
      case "v" -> Table.Kind.VIEW;
      case "f" -> Table.Kind.FOREIGN_TABLE;
      default ->
          throw refused(
              "Cannot read %s: it is neither a table nor a view (its relkind is %s)"
                  .formatted(name, kind));
    };
  }

  private void requireRights(TableName name, Found found) throws SQLException {
    String user = SqlText.identifier(found.user);
    if (!found.usage) {
      throw refused(
          "Cannot read %s: user \"%s\" has no right to its schema; GRANT USAGE ON SCHEMA %s TO %s"
              .formatted(name, found.user, SqlText.identifier(name.schema()), user));
    }
    if (!found.select) {
      throw refused(
          "Cannot read %s: user \"%s\" has no right to%s; GRANT SELECT ON %s TO %s"
              .formatted(name, found.user, unreadable(found.oid), name.sql(), user));
    }
    if (found.filtered) {
      throw refused(
          "Cannot read %s: row-level security would hide rows from user \"%s\"; ALTER ROLE %s"
                  .formatted(name, found.user, user)
              + " BYPASSRLS, or read as another user");
    }
  }

  /** Rights to columns alone do not allow LOCK TABLE, and a snapshot reads all columns. */
  private String unreadable(long oid) throws SQLException {
    List<String> columns =
        session.list(
            """
            SELECT a.attname FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
              AND NOT pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')
            ORDER BY a.attnum
            """,
            row -> row.getString(1),
            oid);
    return columns.isEmpty() ? " the table, only to its columns" : " " + String.join(", ", columns);
  }

  private MillraceException missing(TableName name) {
    try {
      List<String> names =
          session.list(
              """
              SELECT n.nspname || '.' || c.relname
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
                AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                AND n.nspname NOT LIKE 'pg\\_%'
              ORDER BY 1 LIMIT 10000
              """,
              row -> row.getString(1));
      String hint =
          names.stream()
              .filter(n -> n.equalsIgnoreCase(name.toString()))
              .findFirst()
              .or(() -> NearestWord.of(name.toString(), names))
              .map(near -> ": did you mean \"%s\"?".formatted(near))
              .orElse(": expected schema.table, spelled as the catalog does");
      return refused("There is no table \"%s\"%s".formatted(name, hint));
    } catch (SQLException e) {
      return refused("There is no table \"%s\"".formatted(name));
    }
  }

  private static MillraceException refused(String message) {
    return MillraceException.configuration("table", message);
  }
}
