package io.millrace.connect.postgres.server;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Field;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.ResultCursor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.Tuple;

/**
 * The columns that a query would give, told by the server without running it. JDBC's own metadata
 * knows neither the OIDs nor the modifiers of types.
 */
final class Description {
  private static final int FLAGS =
      QueryExecutor.QUERY_DESCRIBE_ONLY
          | QueryExecutor.QUERY_ONESHOT
          | QueryExecutor.QUERY_SUPPRESS_BEGIN;

  /** A column; a domain is told as the type beneath it. */
  record Described(String name, long typeOid, int modifier) {}

  private Description() {}

  static List<Described> of(Session session, String sql) throws SQLException {
    var described = new ArrayList<Described>();
    var handler =
        new ResultHandlerBase() {
          @Override
          public void handleResultRows(
              Query query, Field[] fields, List<Tuple> tuples, ResultCursor cursor) {
            for (Field field : fields) {
              described.add(
                  new Described(
                      field.getColumnLabel(),
                      Integer.toUnsignedLong(field.getOID()),
                      field.getMod()));
            }
          }

          @Override
          public void handleWarning(SQLWarning warning) {
            // it will come again when the query runs
          }
        };
    var connection = session.connection().unwrap(BaseConnection.class);
    Query query =
        connection.createQuery(sql, /* escapeProcessing= */ false, /* isParameterized= */ false)
            .query;
    try {
      connection.getQueryExecutor().execute(query, null, handler, 0, 0, FLAGS);
    } finally {
      query.close();
    }
    return described;
  }

  /** A type and its modifier. */
  record Typed(long oid, int modifier) {}

  /** What the server calls a type that there is no more. */
  static final String NO_TYPE = "???";

  /** The names of types as the server writes them, e.g. {@code numeric(12,2)}. */
  static List<String> typeNames(Session session, List<Typed> types) throws SQLException {
    return session.list(
        """
        SELECT pg_catalog.format_type(u.type, u.modifier)
        FROM ROWS FROM (pg_catalog.unnest(?::oid[]), pg_catalog.unnest(?::int4[]))
          WITH ORDINALITY AS u(type, modifier, place)
        ORDER BY u.place
        """,
        row -> row.getString(1),
        types.stream().map(t -> Long.toString(t.oid)).collect(Collectors.joining(",", "{", "}")),
        types.stream()
            .map(t -> Integer.toString(t.modifier))
            .collect(Collectors.joining(",", "{", "}")));
  }

  /** The columns with their types resolved; all of them may be NULL. */
  static List<Column> columns(Session session, List<Described> described) throws SQLException {
    List<String> names =
        typeNames(session, described.stream().map(d -> new Typed(d.typeOid, d.modifier)).toList());
    var uses = new ArrayList<TypeCatalog.Use>();
    for (Described each : described) {
      uses.add(new TypeCatalog.Use(each.typeOid, each.modifier, 0, names.get(uses.size())));
    }
    List<PostgresType> types = TypeCatalog.resolve(session, uses);
    var columns = new ArrayList<Column>();
    for (Described each : described) {
      columns.add(new Column(each.name, types.get(columns.size()), /* nullable= */ true));
    }
    return columns;
  }
}
