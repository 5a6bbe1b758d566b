package io.millrace.connect.postgres.server;

import io.millrace.core.MillraceException;
import io.millrace.core.options.NearestWord;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The system catalog, as one session sees it. */
public final class Catalog {
  /** A table and what inherits from it, or its partitions: what {@code SELECT} reads. */
  private static final String TREE =
      """
      WITH RECURSIVE tree(oid) AS (
        SELECT %s::oid
        UNION
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.oid)
      """;

  private static final String COLUMNS =
      """
      SELECT a.attname, a.atttypid, a.atttypmod, a.attndims,
             pg_catalog.format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
      FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum
      """;

  private static final String KEY =
      """
      SELECT a.attname
      FROM pg_catalog.pg_index i
      CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      WHERE i.indrelid = ?::oid AND i.indisprimary AND k.place <= i.indnkeyatts
      ORDER BY k.place
      """;

  private final Session session;

  public Catalog(Connection connection) {
    this.session = new Session(connection);
  }

  /**
   * Describes a table that the session's role can read.
   *
   * @throws MillraceException (CONFIGURATION, key {@code table}) if there is none of this name, it
   *     is not a table, or may not be read
   */
  public Table table(TableName name) throws SQLException {
    long oid = oid(name);
    List<Column> columns = columns(oid);
    if (columns.isEmpty()) {
      throw MillraceException.configuration("table", name + " has no columns to read");
    }
    long rows =
        session.one(
            TREE.formatted("?")
                + """
                SELECT coalesce(sum(c.reltuples) FILTER (WHERE c.reltuples >= 0), -1)::bigint
                FROM pg_catalog.pg_class c JOIN tree ON tree.oid = c.oid
                WHERE c.relkind <> 'p'
                """,
            row -> row.getLong(1),
            oid);
    return new Table(oid, name, columns, session.list(KEY, row -> row.getString(1), oid), rows);
  }

  private List<Column> columns(long oid) throws SQLException {
    record Found(String name, TypeCatalog.Use use, boolean nullable) {}
    List<Found> found =
        session.list(
            COLUMNS,
            row ->
                new Found(
                    row.getString(1),
                    new TypeCatalog.Use(
                        row.getLong(2), row.getInt(3), row.getInt(4), row.getString(5)),
                    row.getBoolean(6)),
            oid);
    List<PostgresType> types =
        TypeCatalog.resolve(session, found.stream().map(Found::use).toList());
    var columns = new ArrayList<Column>();
    for (int i = 0; i < types.size(); i++) {
      columns.add(new Column(found.get(i).name, types.get(i), found.get(i).nullable));
    }
    return columns;
  }

  /**
   * The files the table's rows lie in, children and leaves included: changes whenever TRUNCATE, a
   * rewrite or another table in its place takes away what an older snapshot should still see. Tells
   * what is so now, not what the session's snapshot sees; empty if there is no such table.
   */
  public String fileNodes(TableName name) throws SQLException {
    return session.one(
        TREE.formatted("pg_catalog.to_regclass(?)")
            + """
            SELECT coalesce(pg_catalog.string_agg(
                tree.oid || ':' || pg_catalog.pg_relation_filenode(tree.oid::regclass), ' '
                ORDER BY tree.oid), '')
            FROM tree
            """,
        row -> row.getString(1),
        name.sql());
  }

  private long oid(TableName name) throws SQLException {
    record Found(long oid, String kind, boolean usage, boolean select, String user) {}
    Optional<Found> found =
        session
            .list(
                """
                SELECT c.oid, c.relkind,
                       pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
                       pg_catalog.has_table_privilege(c.oid, 'SELECT'),
                       current_user
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ?
                """,
                row ->
                    new Found(
                        row.getLong(1),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getBoolean(4),
                        row.getString(5)),
                name.schema(),
                name.name())
            .stream()
            .findFirst();
    Found it = found.orElseThrow(() -> missing(name));
    if (!it.kind.equals("r") && !it.kind.equals("p")) {
      throw refused(
          "Cannot read %s: it is not a table (its relkind is %s)".formatted(name, it.kind));
    }
    if (!it.usage) {
      throw refused(
          "Cannot read %s: user \"%s\" has no right to its schema; GRANT USAGE ON SCHEMA %s TO %s"
              .formatted(
                  name, it.user, SqlText.identifier(name.schema()), SqlText.identifier(it.user)));
    }
    if (!it.select) {
      throw refused(
          "Cannot read %s: user \"%s\" has no right to%s; GRANT SELECT ON %s TO %s"
              .formatted(name, it.user, readable(it.oid), name.sql(), SqlText.identifier(it.user)));
    }
    return it.oid;
  }

  /** Rights to columns alone do not allow LOCK TABLE, and a snapshot reads all columns. */
  private String readable(long oid) throws SQLException {
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
              WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
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
