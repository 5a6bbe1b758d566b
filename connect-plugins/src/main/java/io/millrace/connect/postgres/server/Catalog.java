package io.millrace.connect.postgres.server;

import io.millrace.connect.selection.Relation;
import io.millrace.core.MillraceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postgresql.core.Oid;

/** The system catalog, as one session sees it. */
public final class Catalog {
  /** The estimate of a table and what inherits from it, or its partitions. */
  private static final String ROWS =
      """
      WITH RECURSIVE tree(oid) AS (
        SELECT ?::oid
        UNION
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.oid)
      SELECT coalesce(sum(c.reltuples) FILTER (WHERE c.reltuples >= 0), -1)::bigint
      FROM pg_catalog.pg_class c JOIN tree ON tree.oid = c.oid
      WHERE c.relkind NOT IN ('p', 'v')
      """;

  private static final String FILES =
      """
      WITH RECURSIVE tree(oid) AS (
        SELECT pg_catalog.to_regclass(?)::oid
        UNION
        SELECT beneath.oid
        FROM tree CROSS JOIN LATERAL (
          SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = tree.oid
          UNION ALL
          SELECT d.refobjid
          FROM pg_catalog.pg_class v
          JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid
          JOIN pg_catalog.pg_depend d
            ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
               AND d.refclassid = 'pg_catalog.pg_class'::regclass
          WHERE v.oid = tree.oid AND v.relkind = 'v') AS beneath(oid))
      SELECT coalesce(pg_catalog.string_agg(
          tree.oid || ':' || coalesce(pg_catalog.pg_relation_filenode(tree.oid::regclass), 0), ' '
          ORDER BY tree.oid), '')
      FROM tree
      """;

  /**
   * That a column is declared NOT NULL proves nothing of the rows of tables that inherit from its
   * own, nor (since Postgres 18) while the constraint is not validated.
   */
  private static final String COLUMNS =
      """
      SELECT a.attname, a.atttypid, a.atttypmod, a.attndims,
             pg_catalog.format_type(a.atttypid, a.atttypmod),
             NOT a.attnotnull
             OR EXISTS (
               SELECT FROM pg_catalog.pg_inherits i
               JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
               WHERE i.inhparent = a.attrelid AND p.relkind = 'r')
             OR EXISTS (
               SELECT FROM pg_catalog.pg_constraint k
               WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND NOT k.convalidated
                 AND a.attnum = ANY (k.conkey))
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

  /** Describes a table, a view or a query; throws what {@link #table} and {@link #query} do. */
  public Table describe(Relation<TableName> relation) throws SQLException {
    return relation instanceof Relation.Query<TableName> query
        ? query(query.sql())
        : table(((Relation.Named<TableName>) relation).name());
  }

  /**
   * Describes a table or a view that the session's role can read.
   *
   * @throws MillraceException (CONFIGURATION, key {@code table}) if there is none of this name, it
   *     has no columns, or not all of it may be read
   */
  public Table table(TableName name) throws SQLException {
    Relations.Relation relation = new Relations(session).find(name);
    long oid = relation.oid();
    boolean constrained =
        relation.kind() == Table.Kind.TABLE || relation.kind() == Table.Kind.PARTITIONED_TABLE;
    List<Column> columns = columns(oid, constrained);
    if (columns.isEmpty()) {
      throw MillraceException.configuration("table", name + " has no columns to read");
    }
    long rows = session.one(ROWS, row -> row.getLong(1), oid);
    return new Table(oid, name, relation.kind(), name.sql(), columns, primaryKey(oid), rows);
  }

  /**
   * Describes what a query gives, without running it.
   *
   * @param sql a SELECT; a semicolon at its end does no harm
   * @throws MillraceException (CONFIGURATION, key {@code query}) if the server refuses it, or its
   *     columns cannot be told apart by name
   */
  public Table query(String sql) throws SQLException {
    String fromSql = "(\n%s\n) AS \"query\"".formatted(sql.strip().replaceAll("[;\\s]+$", ""));
    List<Description.Described> described;
    try {
      described = Description.of(session, "SELECT * FROM " + fromSql);
    } catch (SQLException e) {
      if (PostgresServer.passing(e)) {
        throw e;
      }
      throw refused("The server refuses it: " + PostgresServer.words(e));
    }
    if (described.isEmpty()) {
      throw refused("It has no columns to read");
    }
    var names = new HashSet<String>();
    for (Description.Described each : described) {
      if (!names.add(each.name())) {
        throw refused(
            "It has two columns called \"%s\": give one another name with AS"
                .formatted(each.name()));
      }
    }
    return new Table(
        0,
        Table.QUERY,
        Table.Kind.QUERY,
        fromSql,
        Description.columns(session, described),
        List.of(),
        -1);
  }

  private static MillraceException refused(String why) {
    return MillraceException.configuration("query", "Cannot use the query. " + why);
  }

  /**
   * What the server would send now for a table described before, perhaps under an older snapshot.
   *
   * @return how the first column that differs does; empty if all are as described
   * @throws SQLException also if a column is gone
   */
  public Optional<String> changeOf(Table table) throws SQLException {
    String names =
        table.columns().stream()
            .map(column -> SqlText.identifier(column.name()))
            .collect(Collectors.joining(", "));
    List<Description.Described> now =
        Description.of(session, "SELECT %s FROM %s".formatted(names, table.fromSql()));
    for (int i = 0; i < now.size(); i++) {
      Column column = table.columns().get(i);
      if ((int) now.get(i).typeOid() != column.typeOid()) {
        return Optional.of(
            "Column \"%s\" of %s is no longer of type %s"
                .formatted(column.name(), table.name(), column.typeName()));
      }
    }
    return Optional.empty();
  }

  /** The names of the columns of a table's primary key; none if it has none, or is gone. */
  public List<String> primaryKey(long oid) throws SQLException {
    return session.list(KEY, row -> row.getString(1), oid);
  }

  /** Whether there is still a table of this OID. */
  public boolean hasTable(long oid) throws SQLException {
    return session.one(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = ?)",
        row -> row.getBoolean(1),
        oid);
  }

  /** The source's clock. */
  public Instant now() throws SQLException {
    return Instant.ofEpochMilli(
        session.one(
            "SELECT pg_catalog.floor(extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)",
            row -> row.getLong(1)));
  }

  /**
   * All tables but those of the system, by name. Partitions are read with their table, so they are
   * not named.
   */
  public List<TableName> tables() throws SQLException {
    return session.list(
        """
        SELECT n.nspname, c.relname
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
        ORDER BY 1, 2
        """,
        row -> new TableName(row.getString(1), row.getString(2)));
  }

  /** Views and foreign tables keep to no constraint. */
  private List<Column> columns(long oid, boolean constrained) throws SQLException {
    record Found(String name, TypeCatalog.Use use, boolean nullable) {}
    List<Found> found =
        session.list(
            COLUMNS,
            row ->
                new Found(
                    row.getString(1),
                    new TypeCatalog.Use(
                        row.getLong(2), row.getInt(3), row.getInt(4), row.getString(5)),
                    row.getBoolean(6) || !constrained),
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
   * The columns of a table as logical replication announced it, which may be older than what the
   * catalog says now.
   *
   * @param oid the table's OID
   * @param announced what is published of it
   * @return the columns in the same order, all of them nullable; the depth of an array is the one
   *     declared now, and 1 if the column is gone or of another type; a type that is gone is read
   *     as text, which an enumeration is anyhow
   */
  public List<Column> published(long oid, List<PublishedColumn> announced) throws SQLException {
    record Known(String name, TypeCatalog.Use use) {}
    List<Known> now =
        session.list(
            COLUMNS,
            row ->
                new Known(
                    row.getString(1),
                    new TypeCatalog.Use(
                        row.getLong(2), row.getInt(3), row.getInt(4), row.getString(5))),
            oid);
    List<String> names =
        Description.typeNames(
            session,
            announced.stream().map(c -> new Description.Typed(c.oid(), c.modifier())).toList());
    var uses = new ArrayList<TypeCatalog.Use>();
    for (PublishedColumn column : announced) {
      int dimensions =
          now.stream()
              .filter(k -> k.name.equals(column.name()) && k.use.oid() == column.oid())
              .mapToInt(k -> k.use.dimensions())
              .findFirst()
              .orElse(0);
      String name = names.get(uses.size());
      uses.add(
          name.equals(Description.NO_TYPE)
              ? new TypeCatalog.Use(Oid.TEXT, -1, 0, "text")
              : new TypeCatalog.Use(column.oid(), column.modifier(), dimensions, name));
    }
    List<PostgresType> types = TypeCatalog.resolve(session, uses);
    var columns = new ArrayList<Column>();
    for (PublishedColumn column : announced) {
      columns.add(new Column(column.name(), types.get(columns.size()), /* nullable= */ true));
    }
    return columns;
  }

  /**
   * The files the table's rows lie in, children, leaves and what a view selects from included:
   * changes whenever TRUNCATE, a rewrite or another table in its place takes away what an older
   * snapshot should still see. Tells what is so now, not what the session's snapshot sees; empty if
   * there is no such table.
   */
  public String fileNodes(TableName name) throws SQLException {
    return session.one(FILES, row -> row.getString(1), name.sql());
  }
}
