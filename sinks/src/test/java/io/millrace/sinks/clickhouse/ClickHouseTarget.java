package io.millrace.sinks.clickhouse;

import static org.assertj.core.api.Assertions.fail;

import io.millrace.core.options.OptionsReader;
import io.millrace.core.server.ChdbServer;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.sinks.store.ObjectStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Databases of a server, one for the folder of each context. */
record ClickHouseTarget(ChdbServer server) {
  private static final String EXACT =
      " SETTINGS output_format_decimal_trailing_zeros = 1 FORMAT TabSeparated";

  Sink open(SinkContext context, Map<String, ?> more) {
    return open(context, more, UnaryOperator.identity());
  }

  Sink open(SinkContext context, Map<String, ?> more, UnaryOperator<ObjectStore> around) {
    server.execute("CREATE DATABASE IF NOT EXISTS `%s`".formatted(database(context)));
    return new ClickHouseSinkType().open(context, options(context, more), around);
  }

  ClickHouseSinkOptions options(SinkContext context, Map<String, ?> more) {
    var given = new HashMap<String, Object>();
    given.put("url", server.url());
    given.put("database", database(context));
    given.put("ledger", "ledger");
    given.putAll(more);
    return OptionsReader.read(
            ClickHouseSinkOptions.class, given, problem -> fail(problem.toString()))
        .orElseThrow();
  }

  static String database(SinkContext context) {
    return context.folder().getFileName().toString();
  }

  /** The rows of queries, their values joined by {@code " | "}. */
  List<String> read(List<String> queries) {
    return queries.stream()
        .flatMap(query -> server.lines(query + EXACT).stream())
        .map(line -> line.replace("\t", " | ").replace("\\N", "null"))
        .toList();
  }

  /** Tables that hold a try's rows, and the writers whose rows readers see. */
  List<String> stored(SinkContext context) {
    String database = database(context);
    List<String> tables =
        server.lines(
            "SELECT name FROM system.tables WHERE database = '%s' ORDER BY name"
                .formatted(database));
    return tables.stream()
        .flatMap(
            table ->
                table.startsWith("_millrace_")
                    ? Stream.of(table)
                    : server
                        .lines(
                            "SELECT DISTINCT _millrace_run, _millrace_writer FROM `%s`.`%s`"
                                .formatted(database, table))
                        .stream())
        .toList();
  }
}
