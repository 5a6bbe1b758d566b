package io.millrace.connect.clickhouse;

import io.millrace.connect.clickhouse.server.Catalog;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.clickhouse.server.TableName;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import java.util.Locale;
import java.util.Optional;

/** Something to read as one stream: a table, a view or a query. */
public sealed interface Relation {
  /** The stream's name. */
  String stream();

  /** What the server says of it. */
  Table describe(Catalog catalog);

  /**
   * A table or view.
   *
   * @param stream the stream's name
   * @param name its name
   */
  record Named(String stream, TableName name) implements Relation {
    @Override
    public Table describe(Catalog catalog) {
      return catalog.table(name);
    }

    @Override
    public String toString() {
      return name.toString();
    }
  }

  /**
   * A SELECT.
   *
   * @param stream the stream's name
   * @param sql the query
   */
  record Query(String stream, String sql) implements Relation {
    @Override
    public Table describe(Catalog catalog) {
      return catalog.query(stream, sql);
    }

    @Override
    public String toString() {
      return "the query of stream " + stream;
    }
  }

  /** The table of the option {@code table}; the stream is named after it unless told otherwise. */
  static Relation table(String text, Optional<String> stream) {
    TableName table = TableName.parse("table", text);
    String name = stream.orElse(table.name().toLowerCase(Locale.ROOT));
    return new Named(requireName(name, stream.isPresent() ? "" : "; name it with stream:"), table);
  }

  /** The query of the option {@code query}. */
  static Relation query(String sql, Optional<String> stream) {
    String name =
        stream.orElseThrow(
            () ->
                MillraceException.configuration(
                    "stream", "Missing: a query's stream needs a name, such as orders"));
    return new Query(requireName(name, ""), sql);
  }

  private static String requireName(String name, String advice) {
    if (!StreamId.isName(name)) {
      throw MillraceException.configuration(
          "stream",
          "Cannot call a stream \"%s\": only a-z, 0-9, _ and - are allowed%s"
              .formatted(name, advice));
    }
    return name;
  }
}
