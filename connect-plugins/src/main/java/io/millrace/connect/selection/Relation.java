package io.millrace.connect.selection;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Something to read as one stream: a table, a view or a query.
 *
 * @param <N> how the source names tables
 */
public sealed interface Relation<N> {
  /** The stream's name. */
  String stream();

  /**
   * A table or view.
   *
   * @param stream the stream's name
   * @param name its name
   */
  record Named<N>(String stream, N name) implements Relation<N> {
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
  record Query<N>(String stream, String sql) implements Relation<N> {
    @Override
    public String toString() {
      return "the query of stream " + stream;
    }
  }

  /** The table of the option {@code table}; the stream is named after it unless told otherwise. */
  static <N> Relation<N> table(String text, Optional<String> stream, TableNaming<N> naming) {
    N table = naming.parse("table", text);
    String name = stream.orElseGet(() -> naming.table().apply(table).toLowerCase(Locale.ROOT));
    return new Named<>(
        requireName(name, stream.isPresent() ? "" : "; name it with stream:"), table);
  }

  /** The query of the option {@code query}. */
  static <N> Relation<N> query(String sql, Optional<String> stream) {
    String name =
        stream.orElseThrow(
            () ->
                MillraceException.configuration(
                    "stream", "Missing: a query's stream needs a name, such as orders"));
    return new Query<>(requireName(name, ""), sql);
  }

  /**
   * The relation that a task was told of.
   *
   * @param tables the tables' names, by stream; empty text for the query
   * @param query the option {@code query}
   */
  static <N> Relation<N> of(
      String stream, Map<String, String> tables, Optional<String> query, TableNaming<N> naming) {
    String name = tables.get(stream);
    return name.isEmpty()
        ? query(query.orElseThrow(), Optional.of(stream))
        : new Named<>(stream, naming.parse("table", name));
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
