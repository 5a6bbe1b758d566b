package io.millrace.connect.postgres.slot;

import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.PublishedColumn;
import io.millrace.connect.postgres.server.Session;
import io.millrace.connect.postgres.server.SqlText;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.postgres.wal.ReplicaIdentity;
import io.millrace.connect.postgres.wal.WalRelation;
import io.millrace.core.MillraceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which tables' changes the server sends. */
public final class Publication {
  private static final String MEMBERSHIP =
      """
      SELECT coalesce(
        (SELECT r.oid::bigint FROM pg_catalog.pg_publication_rel r
         WHERE r.prpubid = p.oid AND r.prrelid = c.oid), -c.oid::bigint)
      FROM pg_catalog.pg_publication_tables t
      JOIN pg_catalog.pg_publication p ON p.pubname = t.pubname
      JOIN pg_catalog.pg_namespace n ON n.nspname = t.schemaname
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.tablename
      WHERE t.pubname = ? AND t.schemaname = ? AND t.tablename = ?
      """;

  private static final String OPTION = "changes.publication";
  private static final int COLUMN_LISTS_SINCE = 15;
  private static final String NO_RIGHT = "42501";

  private static final String RELATION =
      """
      SELECT c.oid, c.relreplident::text, a.attname, a.atttypid, a.atttypmod,
             c.relreplident = 'f' OR EXISTS (
               SELECT FROM pg_catalog.pg_index i
               WHERE i.indrelid = c.oid
                 AND ((c.relreplident = 'd' AND i.indisprimary)
                      OR (c.relreplident = 'i' AND i.indisreplident))
                 AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
      FROM %s
      JOIN pg_catalog.pg_namespace n ON n.nspname = p.schemaname
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE p.pubname = ? AND p.schemaname = ? AND p.tablename = ? AND %s
      ORDER BY a.attnum
      """;

  private static final String PUBLISHED = "pg_catalog.pg_publication_tables p";

  /** As if there were a publication of the whole table. */
  private static final String ANY =
      "(SELECT ?::name AS pubname, ?::name AS schemaname, ?::name AS tablename) p";

  private static final String NOT_GENERATED = "a.attgenerated = ''";

  private final Connection connection;
  private final Session session;
  private final String name;

  public Publication(Connection connection, String name) {
    this.connection = connection;
    this.session = new Session(connection);
    this.name = name;
  }

  /**
   * Makes it of these tables if there is none of the name; one that is there stays as it is.
   *
   * @throws MillraceException (CONFIGURATION) with the statement for somebody who may, if the role
   *     may not
   */
  public void ensure(List<TableName> tables) throws SQLException {
    if (exists()) {
      return;
    }
    String create =
        "CREATE PUBLICATION %s FOR TABLE %s WITH (publish_via_partition_root = true)"
            .formatted(
                SqlText.identifier(name),
                tables.stream().map(TableName::sql).collect(Collectors.joining(", ")));
    try (Statement statement = connection.createStatement()) {
      statement.execute(create);
    } catch (SQLException e) {
      if (!NO_RIGHT.equals(e.getSQLState())) {
        throw e;
      }
      throw MillraceException.configuration(
          OPTION,
          "Cannot create the publication \"%s\" (%s): let the tables' owner run %s"
              .formatted(name, PostgresServer.words(e), create));
    }
  }

  private boolean exists() throws SQLException {
    return !session
        .list("SELECT 1 FROM pg_catalog.pg_publication WHERE pubname = ?", row -> 1, name)
        .isEmpty();
  }

  /**
   * Checks that it sends every kind of change of these tables.
   *
   * @throws MillraceException (CONFIGURATION) naming what it lacks, and how to add it
   */
  public void require(List<TableName> tables) throws SQLException {
    if (!exists()) {
      throw MillraceException.configuration(
          OPTION,
          "The publication \"%s\" is gone: changes made without it are lost to its slot. Begin anew: millrace drop FILE --slot"
              .formatted(name));
    }
    boolean whole =
        session.one(
            "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate"
                + " FROM pg_catalog.pg_publication WHERE pubname = ?",
            row -> row.getBoolean(1),
            name);
    if (!whole) {
      throw MillraceException.configuration(
          OPTION,
          "The publication \"%s\" leaves out some operations: ALTER PUBLICATION %s SET (publish = 'insert, update, delete, truncate')"
              .formatted(name, SqlText.identifier(name)));
    }
    for (TableName table : tables) {
      if (!has(table)) {
        throw MillraceException.configuration(
            "table",
            "%s is not in the publication \"%s\": ALTER PUBLICATION %s ADD TABLE %s (a partitioned table also needs SET (publish_via_partition_root = true))"
                .formatted(table, name, SqlText.identifier(name), table.sql()));
      }
    }
  }

  /** Whether it has this table. */
  public boolean has(TableName table) throws SQLException {
    return !columns(table).isEmpty();
  }

  /**
   * Since when a table is in it, as the OID of the catalog's row that says so: another one once the
   * table was taken out and put back. Where the publication names schemas, or takes all tables,
   * that of the table itself, negative: another one once it was dropped and made again. Nothing if
   * the publication does not have the table now.
   */
  public Optional<Long> membership(TableName table) throws SQLException {
    return session
        .list(MEMBERSHIP, row -> row.getLong(1), name, table.schema(), table.name())
        .stream()
        .findFirst();
  }

  private record Published(long oid, String identity, PublishedColumn column) {}

  private List<Published> columns(TableName table) throws SQLException {
    String published =
        session.version() >= COLUMN_LISTS_SINCE ? "a.attname = ANY (p.attnames)" : NOT_GENERATED;
    return session.list(
        RELATION.formatted(PUBLISHED, published),
        Publication::published,
        name,
        table.schema(),
        table.name());
  }

  private static Published published(ResultSet row) throws SQLException {
    return new Published(
        row.getLong(1),
        row.getString(2),
        new PublishedColumn(
            row.getString(3), (int) row.getLong(4), row.getInt(5), row.getBoolean(6)));
  }

  /** A table as the log would announce it now. */
  public WalRelation announced(TableName table) throws SQLException {
    List<Published> columns = columns(table);
    if (columns.isEmpty()) {
      require(List.of(table));
    }
    return relation(table, columns);
  }

  /** The same if it has the table, else as a publication of the whole table would. */
  public WalRelation wouldAnnounce(TableName table) throws SQLException {
    List<Published> columns = columns(table);
    return relation(
        table,
        columns.isEmpty()
            ? session.list(
                RELATION.formatted(ANY, NOT_GENERATED),
                Publication::published,
                name,
                table.schema(),
                table.name(),
                name,
                table.schema(),
                table.name())
            : columns);
  }

  private static WalRelation relation(TableName table, List<Published> columns) {
    Published first = columns.get(0);
    return new WalRelation(
        (int) first.oid,
        table,
        ReplicaIdentity.of((byte) first.identity.charAt(0)),
        columns.stream().map(Published::column).toList());
  }

  /** Removes it if it is there. */
  public void drop() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP PUBLICATION IF EXISTS " + SqlText.identifier(name));
    }
  }
}
