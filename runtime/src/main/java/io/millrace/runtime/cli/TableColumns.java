package io.millrace.runtime.cli;

import io.millrace.core.stage.SourceTable;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.config.TransformSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A table on its way through a pipeline, for programs.
 *
 * @param stream the stream; changes have its name and {@code .changes}
 * @param estimatedRows the source's estimate, -1 if it has none
 * @param columns as they are after the transforms
 * @param schemas by sink: the whole schema of what it writes, in its own notation
 */
record TableColumns(
    String stream,
    String table,
    long estimatedRows,
    List<Column> columns,
    Map<String, String> schemas) {
  private static final long NOT_KNOWN = -1;

  /**
   * A column.
   *
   * @param source the source's own name of its type
   * @param sinks its type in each
   * @param warnings what is lost on the way, or may not fit
   */
  record Column(
      String name,
      String source,
      String arrow,
      boolean nullable,
      Map<String, String> sinks,
      List<String> warnings) {}

  /** What becomes of a table: of its rows, of its changes, or of both. */
  static List<TableColumns> of(Pipeline pipeline, SourceTable table) {
    var all = new ArrayList<TableColumns>();
    pipeline
        .schemas(table)
        .forEach((stream, schema) -> all.add(of(pipeline, table, stream, schema)));
    return all;
  }

  private static TableColumns of(
      Pipeline pipeline, SourceTable table, String stream, Schema published) {
    Schema schema = published;
    for (TransformSpec<?> transform : pipeline.transforms()) {
      schema = transform.open(schema).output();
    }
    var types = new LinkedHashMap<String, List<String>>();
    var schemas = new LinkedHashMap<String, String>();
    for (SinkSpec<?> sink : pipeline.sinks()) {
      types.put(sink.name(), sink.type().columnTypes(schema));
      schemas.put(sink.name(), sink.type().schemaText(schema));
    }
    var columns = new ArrayList<Column>();
    for (Field field : schema.getFields()) {
      int index = columns.size();
      var inSinks = new LinkedHashMap<String, String>();
      types.forEach((sink, ofColumns) -> inSinks.put(sink, ofColumns.get(index)));
      var warnings = new ArrayList<String>();
      collectNotes(field, "", warnings);
      columns.add(
          new Column(
              field.getName(),
              field.getMetadata().getOrDefault(SourceTable.SOURCE_TYPE, ""),
              ArrowText.of(field),
              field.isNullable(),
              inSinks,
              warnings));
    }
    long rows = stream.equals(table.stream()) ? table.estimatedRows() : NOT_KNOWN;
    return new TableColumns(stream, table.name(), rows, columns, schemas);
  }

  /** The notes of a field and of all within it, these with the way to them. */
  private static void collectNotes(Field field, String path, List<String> notes) {
    String note = field.getMetadata().get(SourceTable.NOTE);
    if (note != null) {
      notes.add(path.isEmpty() ? note : path + ": " + note);
    }
    for (Field child : field.getChildren()) {
      collectNotes(child, path.isEmpty() ? child.getName() : path + "." + child.getName(), notes);
    }
  }
}
