package io.millrace.runtime.cli;

import io.millrace.core.PlannedRun;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.runtime.run.RunSummary;
import io.millrace.runtime.run.RunSummary.Load;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a run has done, for people: each run of a few, the streams of many. */
final class SummaryText {
  private static final int A_FEW = 10;

  private final RunSummary summary;

  SummaryText(RunSummary summary) {
    this.summary = summary;
  }

  void print(PrintWriter out) {
    if (summary.loads().size() <= A_FEW) {
      summary.loads().forEach(load -> print(load, out));
    } else {
      summary.loads().stream().filter(load -> !load.agrees()).forEach(load -> print(load, out));
      byStreamAndSink().forEach((name, loads) -> print(name, loads, out));
    }
    out.printf(
        Locale.ROOT,
        "%.1f s, peak memory %d MiB%n",
        summary.seconds(),
        summary.peakMemoryBytes() >> 20);
  }

  private Map<String, List<Load>> byStreamAndSink() {
    return summary.loads().stream()
        .collect(
            Collectors.groupingBy(
                load -> load.stream() + " -> " + load.sink(),
                LinkedHashMap::new,
                Collectors.toList()));
  }

  private static void print(String name, List<Load> loads, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: %d %s, %d partitions, rows in the target %,d, %d files, %.1f MB%n",
        name,
        loads.size(),
        loads.size() == 1 ? "run" : "runs",
        loads.stream().mapToInt(Load::partitions).sum(),
        loads.stream().mapToLong(Load::rowsInTarget).sum(),
        loads.stream().mapToInt(Load::files).sum(),
        loads.stream().mapToLong(Load::bytes).sum() / 1e6);
  }

  private static void print(Load load, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s -> %s: run %s, plan %s, %d partitions%n",
        load.stream(),
        load.sink(),
        load.run(),
        load.plan(),
        load.partitions());
    out.printf(
        Locale.ROOT,
        "  rows read %,d %s rows in Kafka %,d%s %s rows in the target %,d%n",
        load.rowsRead(),
        sign(load.rowsRead(), load.rowsInKafka()),
        load.rowsInKafka(),
        load.rowsFiltered() == 0 ? "" : " - %,d filtered out".formatted(load.rowsFiltered()),
        sign(load.rowsKept(), load.rowsInTarget()),
        load.rowsInTarget());
    out.printf(
        Locale.ROOT,
        "  %d files, %.1f MB%s%n",
        load.files(),
        load.bytes() / 1e6,
        load.folder().isEmpty() ? "" : " in " + load.folder());
  }

  private static String sign(long one, long other) {
    return one == other ? "=" : "!=";
  }

  /** What is missing, each run's reason once. */
  void printProblems(PrintWriter err) {
    if (!summary.agrees()) {
      err.println("The counts do not agree: please report this with the ledger's files");
    }
    if (summary.deadLetters() > 0) {
      err.printf(
          Locale.ROOT,
          "%,d records could not be used and are dead letters now: see millrace peek %s%n",
          summary.deadLetters(),
          StreamId.deadLetters(summary.pipeline()));
    }
    record Missing(PlannedRun run, String reason) {}
    Map<Missing, List<Unit>> missing =
        summary.held().entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    held -> new Missing(held.getKey().plannedRun(), held.getValue()),
                    LinkedHashMap::new,
                    Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    missing.forEach(
        (held, units) ->
            err.printf(
                "Unit %s is held%s: %s%n",
                units.get(0),
                units.size() == 1 ? "" : ", and so are %d more".formatted(units.size() - 1),
                held.reason));
  }
}
