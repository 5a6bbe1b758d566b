package io.millrace.benchmarks.result;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The page's tables and charts, made of result files and put between two marks in the page. */
public final class Report {
  private static final String LIMIT = "copy";
  private static final Set<String> LIMITS = Set.of(LIMIT, "clickhouse-drain", "changes-drain");

  /** The paths in the order of the tables, with what they are called there. */
  private static final Map<String, String> LABELS = labels();

  private final ResultFiles files;
  private final Path page;
  private final PageSection section;

  private Report(ResultFiles files, Path page, PageSection section) {
    this.files = files;
    this.page = page;
    this.section = section;
  }

  /** Of paths and ways; the page is created where it is missing. */
  public static Report ofPaths(ResultFiles files, Path page) {
    return new Report(files, page, PageSection.of(page, "results", "benchmarks/run"));
  }

  /** Of what the log costs; the page is created where it is missing. */
  public static Report ofLog(ResultFiles files, Path page) {
    return new Report(files, page, PageSection.of(page, "log", "benchmarks/run log"));
  }

  private static Map<String, String> labels() {
    var labels = new LinkedHashMap<String, String>();
    labels.put(LIMIT, "COPY, thrown away (the limit)");
    labels.put("copy-two", "two COPYs side by side, thrown away");
    labels.put("millrace", "Millrace: Connect worker and sink");
    labels.put("millrace-run", "Millrace: `millrace run`, with its broker");
    labels.put("millrace-sink", "Millrace: sink alone, Kafka to Parquet");
    labels.put("millrace-without-log", "Millrace without the log, one JVM");
    labels.put("spark", "Spark JDBC to Parquet, no log");
    labels.put("debezium-iceberg", "Debezium and Iceberg's sink");
    labels.put("log-without", "vectors handed over, no log");
    labels.put("log-none", "through Kafka, not compressed");
    labels.put("log-lz4", "through Kafka, LZ4 by the producer");
    labels.put("log-zstd", "through Kafka, zstd bodies, as the product");
    labels.put("changes-drain", "a slot's messages, thrown away (the limit)");
    labels.put("changes-millrace-log", "Millrace: connector, into Kafka");
    labels.put("changes-millrace", "Millrace: connector and sink, into Parquet");
    labels.put("changes-debezium", "Debezium's connector, into Kafka");
    labels.put("clickhouse-drain", "FORMAT Native, thrown away (the limit)");
    labels.put("clickhouse-native", "Millrace: FORMAT Native into Arrow");
    labels.put("clickhouse-memory", "Millrace: decoding from memory, one thread");
    labels.put("clickhouse-arrow-stream", "FORMAT ArrowStream, by Arrow's reader");
    labels.put("clickhouse-client-rows", "client-v2's reader of rows");
    labels.put("clickhouse-jdbc", "ClickHouse's JDBC driver");
    labels.put("clickhouse-millrace", "Millrace: Connect worker and sink");
    return labels;
  }

  /** Writes the page and a chart beside it for each table. */
  public void write() {
    var text = new StringBuilder();
    for (Map.Entry<String, List<Result>> table : files.newest().entrySet()) {
      write(table.getKey(), table.getValue(), text);
    }
    section.write(text.toString());
  }

  private void write(String table, List<Result> results, StringBuilder text) {
    var lines = new ArrayList<Line>();
    LABELS.forEach(
        (path, label) ->
            results.stream()
                .filter(result -> result.path().equals(path))
                .forEach(result -> lines.addAll(Line.of(result, label))));
    double limit =
        results.stream()
            .filter(result -> LIMITS.contains(result.path()))
            .mapToDouble(result -> result.last().rowsPerSecond())
            .findFirst()
            .orElse(Double.NaN);
    Result any = results.get(0);
    text.append("### Table `%s`, %s rows\n\n".formatted(table, count(any.last().rows())));
    text.append(conditions(results)).append("\n\n");
    text.append(
        """
        | path | rows/s, first pass | second pass | in flow | of the limit | CPU-s, first | CPU-s, last | broker's | source's | peak memory, MiB | MB on the wire | MB of Parquet |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        """);
    for (Line line : lines) {
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  line.label(),
                  rate(line.first()),
                  rate(line.second()),
                  rate(line.flow()),
                  percent(line.whole() / limit),
                  figure(line.firstCpu()),
                  figure(line.cpu()),
                  figure(line.brokerCpu()),
                  figure(line.sourceCpu()),
                  line.peakMebibytes().entrySet().stream()
                      .map(peak -> peak.getKey() + " " + peak.getValue())
                      .collect(Collectors.joining(", ")),
                  figure(line.wireMegabytes()),
                  figure(line.parquetMegabytes())));
    }
    Path chart = files.folder().resolve(table + ".svg");
    Chart.write(
        chart,
        List.of(
            new Chart.Panel(
                "rows per second, last pass",
                lines.stream()
                    .map(
                        line ->
                            new Chart.Bar(
                                line.label().replace("`", ""), line.whole(), rate(line.whole())))
                    .toList()),
            new Chart.Panel(
                "CPU seconds per million rows, last pass",
                lines.stream()
                    .map(
                        line ->
                            new Chart.Bar(
                                line.label().replace("`", ""),
                                line.lastCpu(),
                                figure(line.lastCpu())))
                    .toList())));
    text.append("\n![%s](%s)\n\n".formatted(table, relative(chart)));
  }

  private String relative(Path chart) {
    return page.toAbsolutePath().getParent().relativize(chart.toAbsolutePath()).toString();
  }

  static String conditions(List<Result> results) {
    Result any = results.get(0);
    String versions =
        any.versions().entrySet().stream()
            .map(part -> part.getKey() + " " + part.getValue())
            .collect(Collectors.joining(", "));
    String commits =
        results.stream().map(Result::commit).distinct().collect(Collectors.joining(", "));
    String days =
        results.stream()
            .map(result -> result.at().toString().substring(0, 10))
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    String settings =
        any.settings().isEmpty() || results.stream().map(Result::settings).distinct().count() > 1
            ? ""
            : "; settings " + String.join(", ", any.settings());
    String machines =
        results.stream()
            .map(result -> text(result.machine()))
            .distinct()
            .collect(Collectors.joining(" and "));
    return "%s; commit %s; %s; %s; medians of %d runs%s."
        .formatted(days, commits, machines, versions, any.runs().size(), settings);
  }

  private static String text(Machine machine) {
    return "%s, %d cores, %s MiB, %s, %s"
        .formatted(
            machine.processor(),
            machine.cores(),
            count(machine.memoryMebibytes()),
            machine.system(),
            machine.java());
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String rate(double rows) {
    return Double.isNaN(rows) ? "" : count(Math.round(rows / 1000) * 1000);
  }

  private static String percent(double ratio) {
    return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.0f %%", ratio * 100);
  }

  static String figure(double figure) {
    return Double.isNaN(figure)
        ? ""
        : String.format(Locale.ROOT, figure < 10 ? "%.2f" : "%.1f", figure);
  }
}
