package io.millrace.benchmarks;

import io.millrace.benchmarks.changes.ChangeLog;
import io.millrace.benchmarks.changes.ChangesWay;
import io.millrace.benchmarks.table.SourceDatabase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Measures change capture. */
@Command(
    name = "changes",
    mixinStandardHelpOptions = true,
    description =
        "Measure how fast committed changes are read from a slot of Postgres: Millrace's connector,"
            + " the path into Parquet, Debezium's connector, and the slot read to nothing.")
final class ChangesCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Option(
      names = "--changes",
      defaultValue = "1000000",
      description = "How many changes, half of them updates. Default: ${DEFAULT-VALUE}")
  private long changes;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Only these ways, such as changes-millrace.")
  private List<String> only;

  @Override
  public Integer call() throws Exception {
    CommonOptions options = main.options();
    try (SourceDatabase database = SourceDatabase.start(options.work().resolve("postgres"))) {
      ChangeLog log =
          ChangeLog.write(
              options.checkout(),
              database,
              changes,
              Repetition.emptied(options.runs().resolve("slot")));
      Map<String, Repetition.Run> ways = new LinkedHashMap<>();
      for (ChangesWay way : ChangesWay.all()) {
        ways.put(
            way.name(),
            folder ->
                way.measure(
                    new ChangesWay.Setup(options.checkout(), log, options.settings(), folder)));
      }
      boolean whole =
          options.measure(
              ways, only, ChangeLog.LABEL, changes, Map.entry("Postgres", database.version()));
      return whole ? 0 : 1;
    }
  }
}
