package io.millrace.runtime.cli;

import io.millrace.core.stage.SourceTable;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.config.TransformSpec;
import io.millrace.runtime.run.KeptServices;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "schema",
    description = {
      "Show what each column becomes: its type at the source, in Arrow, and in each sink.",
      "Asks the source, and shows the columns as they are after the transforms."
    })
final class SchemaCommand implements Callable<Integer> {
  private static final String EXTENSION = "ARROW:extension:name";

  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Option(names = "--json", description = "Print the columns as JSON.")
  private boolean json;

  SchemaCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** One stream's columns, for programs. */
  private record StreamColumns(
      String stream, String table, long estimatedRows, List<Column> columns) {}

  /** A column; {@code sinks} has the type in each. */
  private record Column(
      String name, String source, String arrow, boolean nullable, Map<String, String> sinks) {}

  @Override
  public Integer call() {
    Pipeline read = pipeline.read(surroundings);
    var streams = new ArrayList<StreamColumns>();
    try (var services = KeptServices.of(surroundings.folder(), read.name())) {
      for (SourceTable table : services.withSource(read).describe().tables()) {
        streams.add(
            new StreamColumns(
                table.stream(), table.name(), table.estimatedRows(), columns(read, table)));
      }
    }
    if (json) {
      surroundings.out().println(Json.of(streams));
    } else {
      streams.forEach(stream -> print(read, stream));
    }
    return Main.DONE;
  }

  private static List<Column> columns(Pipeline pipeline, SourceTable table) {
    Schema schema = table.schema();
    for (TransformSpec<?> transform : pipeline.transforms()) {
      schema = transform.open(schema).output();
    }
    var types = new LinkedHashMap<String, List<String>>();
    for (SinkSpec<?> sink : pipeline.sinks()) {
      types.put(sink.name(), sink.type().columnTypes(schema));
    }
    var columns = new ArrayList<Column>();
    for (Field field : schema.getFields()) {
      int index = columns.size();
      var inSinks = new LinkedHashMap<String, String>();
      types.forEach((sink, ofColumns) -> inSinks.put(sink, ofColumns.get(index)));
      columns.add(
          new Column(
              field.getName(),
              field.getMetadata().getOrDefault(SourceTable.SOURCE_TYPE, ""),
              arrow(field),
              field.isNullable(),
              inSinks));
    }
    return columns;
  }

  private static String arrow(Field field) {
    String extension = field.getMetadata().get(EXTENSION);
    return extension == null ? field.getType().toString() : extension + " " + field.getType();
  }

  private void print(Pipeline read, StreamColumns stream) {
    surroundings
        .out()
        .printf(
            "%s (%s%s)%n",
            stream.stream,
            stream.table,
            stream.estimatedRows < 0 ? "" : ", about %,d rows".formatted(stream.estimatedRows));
    var header = new ArrayList<>(List.of("COLUMN", "SOURCE", "ARROW", "NULL"));
    read.sinks().forEach(sink -> header.add(sink.name().toUpperCase(Locale.ROOT)));
    var table = new TextTable(header);
    for (Column column : stream.columns) {
      var row =
          new ArrayList<>(
              List.of(column.name, column.source, column.arrow, column.nullable ? "yes" : "no"));
      row.addAll(column.sinks.values());
      table.row(row);
    }
    table.print(surroundings.out());
  }
}
