package io.millrace.benchmarks;

import io.millrace.benchmarks.clickhouse.ClickHouseServer;
import io.millrace.benchmarks.clickhouse.ClickHouseWay;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Measures ways to read ClickHouse. */
@Command(
    name = "clickhouse",
    mixinStandardHelpOptions = true,
    description =
        "Measure ways to read ClickHouse on the same answer, decoding from memory, and the path"
            + " through Kafka into Parquet. Without --server it is the engine of npm's package"
            + " chdb (docs/testing.md).")
final class ClickHouseCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Option(
      names = "--rows",
      defaultValue = "20000000",
      description = "How many rows, in whole millions. Default: ${DEFAULT-VALUE}")
  private long rows;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "A ClickHouse that lets the user default in without a password.")
  private String server;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Only these ways, such as clickhouse-native.")
  private List<String> only;

  @Override
  public Integer call() throws Exception {
    CommonOptions options = main.options();
    try (ClickHouseServer source =
        server == null
            ? ClickHouseServer.start(options.checkout(), options.work().resolve("clickhouse"))
            : ClickHouseServer.at(server)) {
      source.fill(rows);
      Map<String, Repetition.Run> ways = new LinkedHashMap<>();
      for (ClickHouseWay way : ClickHouseWay.all()) {
        ways.put(
            way.name(),
            folder ->
                way.measure(
                    new ClickHouseWay.Setup(options.checkout(), source, options.settings(), folder),
                    rows));
      }
      boolean whole =
          options.measure(
              ways, only, ClickHouseServer.LABEL, rows, Map.entry("ClickHouse", source.version()));
      return whole ? 0 : 1;
    }
  }
}
