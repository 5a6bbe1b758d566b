package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.ChangeEntry.Decision;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.RunHead;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "files",
    description = {
      "List the files that readers shall read now, one a line.",
      "They are those of each run's newest published plan: the old ones or the new ones, never"
          + " both.",
      "With --changes: those of change streams, bucket by bucket, in the order of the changes.",
      "Of a sink with output: mirror: those of each table as it is now."
    })
final class FilesCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Option(names = "--run", paramLabel = "ID", description = "Only this run.")
  private Optional<String> run;

  @Option(names = "--stream", paramLabel = "NAME", description = "Only this stream.")
  private Optional<String> stream;

  @Option(names = "--changes", description = "The files of changes instead.")
  private boolean changes;

  @Mixin private SinkOption sink;

  @Option(names = "--json", description = "Print the runs and their files as JSON.")
  private boolean json;

  FilesCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** A published run, for programs. */
  private record PublishedRun(
      String stream, String run, String plan, int partitions, long rows, List<String> files) {
    static PublishedRun of(LedgerView ledger, RunHead head) {
      return new PublishedRun(
          head.plan().stream().name(),
          head.plan().run().value(),
          head.plan().plan().toString(),
          head.units(),
          head.rows(),
          ledger.files(head));
    }
  }

  /**
   * A cut of changes that readers see, for programs.
   *
   * @param after where the cut before it ends
   * @param last up to where the bucket is complete with it
   * @param gap by whose word the changes between the two are left out; null if they are not
   */
  private record PublishedCut(
      String stream,
      String generation,
      int bucket,
      int number,
      String run,
      String after,
      String last,
      Decision gap,
      long rows,
      List<String> files) {
    static PublishedCut of(LedgerView ledger, ChangeEntry entry) {
      Bucket bucket = entry.cut().bucket();
      return new PublishedCut(
          bucket.stream().name(),
          bucket.generation().id().toString(),
          bucket.number(),
          entry.cut().number(),
          entry.cut().run().value(),
          entry.reach().after().toString(),
          entry.reach().last().toString(),
          entry.decisionOrNull(),
          entry.staged().rows(),
          ledger.chains().files(entry));
    }
  }

  /** A table as it is now, for programs. */
  private record PublishedTable(
      String stream,
      int version,
      String generation,
      String last,
      Instant latestCommit,
      long rows,
      List<String> files) {
    static PublishedTable of(LedgerView ledger, MirrorVersion version) {
      return new PublishedTable(
          version.stream().name(),
          version.number(),
          version.generation().id().toString(),
          version.asOf().position().toString(),
          version.asOf().progress().latestCommit(),
          version.rows(),
          ledger.mirrors().files(version));
    }
  }

  @Override
  public Integer call() {
    Pipeline read = pipeline.readButTheSource(surroundings);
    SinkSpec<?> of = sink.chosen(read);
    LedgerView ledger = Ledgers.look(surroundings, read, of);
    List<StreamId> chosen = streams(read.streams().orElseGet(ledger::streams));
    if (of.keepsMirrors()) {
      return printTables(ledger, chosen);
    }
    return changes ? printCuts(ledger, chosen) : printRuns(ledger, chosen);
  }

  private int printTables(LedgerView ledger, List<StreamId> chosen) {
    if (changes || run.isPresent()) {
      throw MillraceException.configuration(
          "This sink keeps tables as they are now (output: mirror): it has no files of runs or"
              + " changes for readers, leave --run and --changes out");
    }
    List<PublishedTable> published =
        chosen.stream()
            .flatMap(id -> ledger.mirrors().published(id).stream())
            .map(version -> PublishedTable.of(ledger, version))
            .toList();
    if (json) {
      surroundings.out().println(Json.of(published));
    } else {
      published.forEach(table -> table.files.forEach(surroundings.out()::println));
    }
    return Main.DONE;
  }

  private int printCuts(LedgerView ledger, List<StreamId> chosen) {
    List<PublishedCut> published =
        chosen.stream()
            .flatMap(id -> ledger.chains().buckets(id).stream())
            .flatMap(bucket -> ledger.chains().published(bucket).stream())
            .filter(entry -> run.isEmpty() || entry.cut().run().value().equals(run.get()))
            .map(entry -> PublishedCut.of(ledger, entry))
            .toList();
    if (json) {
      surroundings.out().println(Json.of(published));
    } else {
      published.forEach(cut -> cut.files.forEach(surroundings.out()::println));
    }
    return Main.DONE;
  }

  private int printRuns(LedgerView ledger, List<StreamId> chosen) {
    var published = new ArrayList<PublishedRun>();
    for (StreamId id : chosen) {
      for (RunId runId : run.map(RunId::new).map(List::of).orElseGet(() -> ledger.runs(id))) {
        ledger.published(id, runId).ifPresent(head -> published.add(PublishedRun.of(ledger, head)));
      }
    }
    if (published.isEmpty() && run.isPresent()) {
      throw MillraceException.lasting(
          MillraceException.Category.TARGET,
          "Run \"%s\" is not published: millrace status shows what is".formatted(run.get()));
    }
    if (json) {
      surroundings.out().println(Json.of(published));
    } else {
      published.forEach(p -> p.files.forEach(surroundings.out()::println));
    }
    return Main.DONE;
  }

  private List<StreamId> streams(List<StreamId> known) {
    List<StreamId> chosen =
        known.stream().filter(id -> stream.isEmpty() || id.name().equals(stream.get())).toList();
    if (chosen.isEmpty() && stream.isPresent()) {
      throw MillraceException.configuration(
          "There is no stream \"%s\" in this pipeline: known are %s"
              .formatted(
                  stream.get(),
                  known.stream().map(StreamId::name).collect(Collectors.joining(", "))));
    }
    return chosen;
  }
}
