package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.stage.SourceTables.Unreadable;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.run.KeptServices;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "schema",
    description = {
      "Show what each column becomes: its type at the source, in Arrow, and in each sink.",
      "Asks the source, and shows the columns as they are after the transforms; those of changes"
          + " under the stream's name and .changes. A line with WARNING tells what is lost on the"
          + " way, or may not fit. Exits with 1 if a table cannot be read or written."
    })
final class SchemaCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Option(
      names = "--target",
      description =
          "Print the whole schema of what each sink writes instead, in its own notation: that of"
              + " Parquet files as a Parquet message type.")
  private boolean target;

  @Option(names = "--json", description = "Print all of it as JSON.")
  private boolean json;

  SchemaCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The result, for programs. */
  private record Schemas(List<TableColumns> streams, List<Unreadable> unreadable) {}

  @Override
  public Integer call() {
    Pipeline read = pipeline.read(surroundings);
    Schemas schemas;
    try (var services = KeptServices.of(surroundings.folder(), read.name())) {
      schemas = schemas(read, services.withSource(read).describe());
    }
    if (json) {
      surroundings.out().println(Json.of(schemas));
    } else if (target) {
      boolean several = schemas.streams.size() * read.sinks().size() > 1;
      schemas.streams.forEach(stream -> printTarget(stream, several));
    } else {
      schemas.streams.forEach(stream -> print(read, stream));
    }
    if (!json) {
      schemas.unreadable.forEach(
          table -> surroundings.err().printf("%s: %s%n", table.name(), table.reason()));
    }
    return schemas.unreadable.isEmpty() ? Main.DONE : Main.FAILED;
  }

  /** A table that does not fit its transforms or sinks is named beside those that do. */
  private static Schemas schemas(Pipeline read, SourceTables found) {
    if (found.streams().isEmpty()) {
      throw MillraceException.configuration(
          "%s: only the source's connector can tell the columns; look at what it sends: millrace peek %s"
              .formatted(read.file(), read.streams().orElseThrow().get(0).changesTopic()));
    }
    var streams = new ArrayList<TableColumns>();
    var unreadable = new ArrayList<>(found.unreadable());
    for (SourceTable table : found.tables()) {
      try {
        streams.addAll(TableColumns.of(read, table));
      } catch (MillraceException e) {
        if (found.streams().size() == 1) {
          throw e;
        }
        unreadable.add(new Unreadable(table.stream(), table.name(), e.getMessage()));
      }
    }
    return new Schemas(streams, unreadable);
  }

  private void printTarget(TableColumns stream, boolean named) {
    PrintWriter out = surroundings.out();
    stream
        .schemas()
        .forEach(
            (sink, text) -> {
              if (named) {
                out.printf("%s in %s%n", stream.stream(), sink);
              }
              out.println(text.stripTrailing());
            });
  }

  private void print(Pipeline read, TableColumns stream) {
    PrintWriter out = surroundings.out();
    long rows = stream.estimatedRows();
    out.printf(
        "%s (%s%s)%n",
        stream.stream(), stream.table(), rows < 0 ? "" : ", about %,d rows".formatted(rows));
    var header = new ArrayList<>(List.of("COLUMN", "SOURCE", "ARROW", "NULL"));
    read.sinks().forEach(sink -> header.add(sink.name().toUpperCase(Locale.ROOT)));
    var table = new TextTable(header);
    for (TableColumns.Column column : stream.columns()) {
      var row =
          new ArrayList<>(
              List.of(
                  column.name(),
                  column.source(),
                  column.arrow(),
                  column.nullable() ? "yes" : "no"));
      row.addAll(column.sinks().values());
      table.row(row);
    }
    table.print(out);
    for (TableColumns.Column column : stream.columns()) {
      column.warnings().forEach(warning -> out.printf("WARNING %s: %s%n", column.name(), warning));
    }
  }
}
