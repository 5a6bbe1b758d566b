package io.millrace.sinks.clickhouse;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.StreamId;
import io.millrace.sinks.clickhouse.server.Server;
import io.millrace.sinks.clickhouse.server.SqlText;
import io.millrace.sinks.clickhouse.server.TableName;
import io.millrace.sinks.clickhouse.type.ColumnType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The table that readers ask: one of its partitions is one run. Creates it, or makes sure that one
 * that is there takes a schema's rows.
 */
final class TargetTable {
  /** Which run a row belongs to; the table's partition key. */
  static final String RUN = "_millrace_run";

  /** The staging try that wrote a row. */
  static final String WRITER = "_millrace_writer";

  private static final String OURS = "LowCardinality(String) MATERIALIZED ''";
  private static final String COMMENT = "Loaded by Millrace: ";

  /** What these do with rows while they merge them would make other counts. */
  private static final String CHANGES_ROWS =
      ".*(Replacing|Summing|Aggregating|Collapsing|Coalescing|Graphite).*";

  private final Server server;
  private final TableName name;
  private final String owner;
  private final TableOptions options;

  /**
   * A table.
   *
   * @param owner whose it is, for its comment
   */
  TargetTable(Server server, TableName name, String owner, TableOptions options) {
    this.server = server;
    this.name = name;
    this.owner = COMMENT + owner;
    this.options = options;
  }

  /** Names whoever loads a table. */
  static String owner(StreamId stream, String sink) {
    return "pipeline %s, sink %s, stream %s".formatted(stream.pipeline(), sink, stream.name());
  }

  TableName name() {
    return name;
  }

  /**
   * Makes the table take rows of this schema: creates it, or adds the columns it lacks.
   *
   * @throws MillraceException (CONFIGURATION) if it is there and cannot
   */
  void prepare(Schema schema) {
    if (!server.has(name)) {
      if (!options.create()) {
        throw refused("it is not there; create it, or let the sink do so (create: true)");
      }
      server.execute(ddl(schema));
    }
    check(schema);
  }

  /** The columns as a CREATE TABLE has them, one a line. */
  static String columns(Schema schema) {
    var columns = new ArrayList<String>();
    for (Field field : schema.getFields()) {
      columns.add("  %s %s".formatted(SqlText.identifier(field.getName()), ColumnType.of(field)));
    }
    columns.add("  %s %s".formatted(RUN, OURS));
    columns.add("  %s %s".formatted(WRITER, OURS));
    return String.join(",\n", columns);
  }

  private String ddl(Schema schema) {
    String key =
        options.orderBy().stream().map(SqlText::identifier).collect(Collectors.joining(", "));
    String settings = "fsync_after_insert = 1, fsync_part_directory = 1";
    if (schema.getFields().stream()
        .anyMatch(field -> field.isNullable() && options.orderBy().contains(field.getName()))) {
      settings += ", allow_nullable_key = 1";
    }
    return """
    CREATE TABLE IF NOT EXISTS %s (
    %s
    )
    ENGINE = %s
    PARTITION BY %s
    ORDER BY (%s)
    SETTINGS %s
    COMMENT %s\
    """
        .formatted(
            name.sql(),
            columns(schema),
            options.engine(),
            RUN,
            key,
            settings,
            SqlText.literal(owner));
  }

  private void checkTable() {
    List<String> table =
        server
            .rows(
                "SELECT engine, partition_key, comment FROM system.tables WHERE database = %s AND name = %s"
                    .formatted(SqlText.literal(name.database()), SqlText.literal(name.table())))
            .stream()
            .findFirst()
            .orElseThrow(() -> refused("somebody dropped it just now; start again"));
    String engine = table.get(0);
    if (!engine.endsWith("MergeTree") || engine.matches(CHANGES_ROWS)) {
      throw refused(
          "its engine is %s, and only MergeTree and its replicated kind keep rows as they are"
              .formatted(engine));
    }
    if (!table.get(1).equals(RUN)) {
      throw refused(
          "its partition key is \"%s\": a run can be swapped only as a partition; create it with %s %s, %s %s and PARTITION BY %s"
              .formatted(table.get(1), RUN, OURS, WRITER, OURS, RUN));
    }
    String comment = table.get(2);
    if (comment.startsWith(COMMENT) && !comment.equals(owner)) {
      throw refused(
          "its comment says \"%s\", and this is \"%s\"; give each stream of each sink a table of its own"
              .formatted(comment, owner));
    }
  }

  private void check(Schema schema) {
    checkTable();
    Map<String, List<String>> columns = columns();
    var lacking = new LinkedHashMap<String, String>();
    for (Field field : schema.getFields()) {
      String type = ColumnType.of(field);
      List<String> standing = columns.remove(field.getName());
      if (standing == null) {
        lacking.put(field.getName(), type);
      } else if (!takes(standing.get(0), type)) {
        throw refused(
            "its column %s is %s, and the stream has %s; ALTER TABLE %s MODIFY COLUMN, or cast by a transform"
                .formatted(field.getName(), standing.get(0), type, name));
      }
    }
    for (String ours : List.of(RUN, WRITER)) {
      List<String> standing = columns.remove(ours);
      if (standing == null || !standing.get(1).equals("MATERIALIZED")) {
        throw refused("it needs the column %s %s".formatted(ours, OURS));
      }
    }
    columns.forEach(this::requireDefault);
    add(lacking);
  }

  /** Type and kind of default of each column, by name. */
  private Map<String, List<String>> columns() {
    return server
        .rows(
            "SELECT name, type, default_kind FROM system.columns WHERE database = %s AND table = %s ORDER BY position"
                .formatted(SqlText.literal(name.database()), SqlText.literal(name.table())))
        .stream()
        .collect(
            Collectors.toMap(
                row -> row.get(0),
                row -> List.of(row.get(1), row.get(2)),
                (one, other) -> one,
                LinkedHashMap::new));
  }

  /** Whether values of a type stay what they are in a column that somebody else made. */
  private static boolean takes(String column, String type) {
    return column.equals(type)
        || column.equals("Nullable(" + type + ")")
        || column.equals("LowCardinality(" + type + ")")
        || column.equals("LowCardinality(Nullable(" + type + "))");
  }

  private void requireDefault(String column, List<String> typeAndDefault) {
    String type = typeAndDefault.get(0);
    if (typeAndDefault.get(1).isEmpty()
        && !type.startsWith("Nullable(")
        && !type.startsWith("LowCardinality(Nullable(")) {
      throw refused(
          "the stream has no column %s, which is %s and would be filled with what is no value of the source; make it Nullable, or drop it"
              .formatted(column, type));
    }
  }

  private void add(Map<String, String> lacking) {
    if (lacking.isEmpty()) {
      return;
    }
    if (!options.create()) {
      throw refused(
          "it has no column %s; add it, or let the sink do so (create: true)"
              .formatted(String.join(", ", lacking.keySet())));
    }
    server.execute(
        "ALTER TABLE %s %s"
            .formatted(
                name.sql(),
                lacking.entrySet().stream()
                    .map(
                        column ->
                            "ADD COLUMN IF NOT EXISTS %s %s"
                                .formatted(SqlText.identifier(column.getKey()), column.getValue()))
                    .collect(Collectors.joining(", "))));
  }

  private MillraceException refused(String why) {
    return MillraceException.lasting(
        Category.CONFIGURATION, "table", "Cannot load into %s: %s".formatted(name, why));
  }
}
