package io.millrace.connect.clickhouse.server;

import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.server.ServerAddress.Format;
import io.millrace.connect.clickhouse.type.DataType;
import io.millrace.connect.clickhouse.type.TypeParser;
import io.millrace.connect.selection.Relation;
import io.millrace.core.MillraceException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a server has to be read. */
public final class Catalog {
  private static final Pattern END_OF_QUERY = Pattern.compile("[;\\s]+\\z");

  private static final String TABLES =
      """
      SELECT database, name FROM system.tables
      WHERE lower(database) NOT IN ('system', 'information_schema')
        AND engine NOT LIKE '%View' AND name NOT LIKE '.inner%'
      ORDER BY database, name
      """;

  private static final String TABLE =
      "SELECT sorting_key, engine LIKE '%%MergeTree' FROM system.tables"
          + " WHERE database = %s AND name = %s";

  private static final String ROWS =
      "SELECT sum(rows) FROM system.parts WHERE active AND database = %s AND table = %s";

  private final ClickHouseSession session;
  private final Unrepresentable policy;

  /**
   * The catalog that a session sees.
   *
   * @param policy what becomes of values that have no place in Arrow
   */
  public Catalog(ClickHouseSession session, Unrepresentable policy) {
    this.session = session;
    this.policy = policy;
  }

  /** The server's clock, in whole seconds. */
  public Instant now() {
    return Instant.ofEpochSecond(session.number("SELECT toUnixTimestamp(now())"));
  }

  /** All tables, without views and the server's own. */
  public List<TableName> tables() {
    return session.rows(TABLES).stream().map(row -> new TableName(row.get(0), row.get(1))).toList();
  }

  /** What the server says of a table, a view or a query. */
  public Table describe(Relation<TableName> relation) {
    return relation instanceof Relation.Query<TableName> query
        ? query(query.stream(), query.sql())
        : table(((Relation.Named<TableName>) relation).name());
  }

  /**
   * A table or view.
   *
   * @throws MillraceException (CONFIGURATION, key {@code table}) if there is none, or the user may
   *     not see it; (DATA) naming a column that cannot be read
   */
  public Table table(TableName name) {
    String database = SqlText.literal(name.database());
    String table = SqlText.literal(name.name());
    List<List<String>> found = session.rows(TABLE.formatted(database, table));
    if (found.isEmpty()) {
      throw MillraceException.configuration(
          "table",
          "There is no table %s, or this user may not see it: names are database.table, as SHOW TABLES prints them"
              .formatted(name));
    }
    String sortingKey = found.get(0).get(0);
    long rows =
        found.get(0).get(1).equals("1") ? session.number(ROWS.formatted(database, table)) : -1;
    return described(name.toString(), name.sql(), firstOf(sortingKey), rows);
  }

  /** The first of a list of expressions; one that is no column's name is of no use to anyone. */
  private static String firstOf(String sortingKey) {
    return sortingKey.split(",", 2)[0].strip().replace("`", "");
  }

  /**
   * A query.
   *
   * @param stream the name of its stream
   */
  public Table query(String stream, String sql) {
    String from = "(\n%s\n)".formatted(END_OF_QUERY.matcher(sql).replaceAll(""));
    return described("the query of stream " + stream, from, null, -1);
  }

  private Table described(String name, String from, String sortedBy, long rows) {
    Map<String, String> declared = describe("SELECT * FROM " + from);
    var columns = new ArrayList<Column>();
    declared.forEach((column, type) -> columns.add(column(column, TypeParser.parse(type), from)));
    return new Table(name, from, columns, sortedBy, rows);
  }

  private Column column(String name, DataType declared, String from) {
    return Cast.of(name, declared)
        .map(
            sql -> {
              String select =
                  "SELECT %s AS %s FROM (SELECT %s FROM %s)"
                      .formatted(
                          sql, SqlText.identifier(name + "'"), SqlText.identifier(name), from);
              String type = describe(select).values().iterator().next();
              return new Column(
                  declared,
                  sql,
                  ColumnType.cast(
                      name,
                      type,
                      declared,
                      Cast.isJson(declared) ? ColumnType.Text.JSON : ColumnType.Text.PLAIN,
                      policy));
            })
        .orElseGet(
            () ->
                new Column(
                    declared,
                    sql(name, declared),
                    ColumnType.of(name, declared.toString(), policy)));
  }

  private String sql(String name, DataType declared) {
    Optional<String> cast =
        session.format() == Format.ARROW ? ArrowCast.of(name, declared) : Optional.empty();
    return cast.orElseGet(() -> SqlText.identifier(name));
  }

  /** The types of a query's columns, by their names. */
  private Map<String, String> describe(String select) {
    var types = new LinkedHashMap<String, String>();
    session
        .rows("DESCRIBE TABLE (" + select + ")")
        .forEach(row -> types.put(row.get(0), row.get(1)));
    return types;
  }
}
