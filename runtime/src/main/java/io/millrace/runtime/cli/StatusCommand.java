package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.options.Durations;
import io.millrace.core.stage.SourceLog;
import io.millrace.runtime.cli.PipelineStatus.ChangesStatus;
import io.millrace.runtime.cli.PipelineStatus.HeldStatus;
import io.millrace.runtime.cli.PipelineStatus.MirrorStatus;
import io.millrace.runtime.cli.PipelineStatus.MissingChanges;
import io.millrace.runtime.cli.PipelineStatus.PlanStatus;
import io.millrace.runtime.cli.PipelineStatus.ReplayStatus;
import io.millrace.runtime.cli.PipelineStatus.StreamStatus;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.connect.KafkaCluster;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    description = {
      "Show the runs of each stream in each sink, and what is still to be read from Kafka.",
      "The targets' own ledgers are asked; without Kafka only the lag is missing."
    })
final class StatusCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  @Option(
      names = "--wait",
      description =
          "Wait until every stream has a published run in every sink and nothing is on its way."
              + " Where tables are patterns, the streams are those that the sinks know.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SPAN",
      description = "Wait no longer than this, e.g. 30m; then exit with 1.")
  private Optional<String> timeout;

  StatusCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    Optional<Duration> limit = timeout.map(Durations::parse);
    Pipeline read = pipeline.readButTheSource(surroundings);
    long start = System.nanoTime();
    PipelineStatus status = look(read);
    while (wait && !status.settled()) {
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      if (limit.isPresent() && waited.compareTo(limit.get()) >= 0) {
        print(status);
        surroundings.err().println("Not settled after " + timeout.get());
        return Main.FAILED;
      }
      Thread.sleep(LOOK_EVERY.toMillis());
      status = look(read);
    }
    print(status);
    return Main.DONE;
  }

  private PipelineStatus look(Pipeline read) {
    var streams = new ArrayList<StreamStatus>();
    var replays = new ArrayList<ReplayStatus>();
    for (SinkSpec<?> sink : read.sinks()) {
      LedgerView ledger = Ledgers.look(surroundings, read, sink);
      List<StreamId> known = read.streams().orElseGet(ledger::streams);
      Map<String, Long> lag = lag(read, sink, known);
      for (StreamId stream : known) {
        streams.add(PipelineStatus.of(sink.name(), stream, ledger, lag));
      }
      ledger
          .unfinishedReplays()
          .forEach(
              replay ->
                  replays.add(
                      new ReplayStatus(
                          sink.name(), replay.number(), replay.selection(), replay.at())));
    }
    return new PipelineStatus(read.name(), streams, replays, log(read));
  }

  /** Only a source of changes is asked, and only then its secrets are needed; null if unknown. */
  private SourceLog log(Pipeline read) {
    if (!read.source().readsChanges() || read.source().isSample()) {
      return null;
    }
    try {
      return pipeline.read(surroundings).source().log(read.name()).orElse(null);
    } catch (MillraceException e) {
      surroundings.err().println("What the source keeps is not known. " + e.getMessage());
      return null;
    }
  }

  /** By topic; empty if Kafka cannot be asked. */
  private Map<String, Long> lag(Pipeline read, SinkSpec<?> sink, List<StreamId> known) {
    if (read.kafka().bootstrapServers().isEmpty()) {
      return Map.of();
    }
    try (KafkaCluster kafka = KafkaCluster.open(read.kafka())) {
      return kafka.lag(read.group(sink), topics(known));
    } catch (MillraceException e) {
      surroundings.err().println("The lag is not known. " + e.getMessage());
      return Map.of();
    }
  }

  private static List<String> topics(List<StreamId> streams) {
    return streams.stream()
        .flatMap(stream -> Stream.of(stream.topic(), stream.changesTopic()))
        .toList();
  }

  private void print(PipelineStatus status) {
    if (json) {
      surroundings.out().println(Json.of(status));
      return;
    }
    var table =
        new TextTable("SINK", "STREAM", "RUN", "STATE", "PARTITIONS", "ROWS", "LAG", "PLAN");
    for (StreamStatus stream : status.streams()) {
      String lag = stream.lag() == null ? "" : "%,d".formatted(stream.lag());
      if (stream.plans().isEmpty() && stream.changes().isEmpty() && stream.halted().isEmpty()) {
        table.row(stream.sink(), stream.stream(), "", "nothing loaded", "", "", lag, "");
      }
      for (PlanStatus plan : stream.plans()) {
        table.row(
            stream.sink(),
            stream.stream(),
            plan.run(),
            plan.word(),
            "%d of %d".formatted(plan.loaded(), plan.partitions()),
            "%,d".formatted(plan.rows()),
            lag,
            plan.plan());
      }
    }
    table.print(surroundings.out());
    status.streams().forEach(this::printNotes);
    if (status.log() != null) {
      print(status.log());
    }
    for (ReplayStatus replay : status.replays()) {
      surroundings
          .out()
          .printf(
              "%s: replay %d of %s is not finished: %s%n",
              replay.sink(), replay.number(), replay.at(), replay.selection());
    }
  }

  private void print(SourceLog log) {
    PrintWriter out = surroundings.out();
    out.printf(
        "source: %s keeps %,d bytes of the log (%s, %s%s)%n",
        log.name(),
        log.behindBytes(),
        log.state(),
        log.read() ? "being read" : "nobody reads it",
        log.safeBytesOrNull() == null
            ? ""
            : ", %,d bytes from being lost".formatted(log.safeBytesOrNull()));
    if (!log.warning().isEmpty()) {
      out.printf("source: warning: %s%n", log.warning());
    }
  }

  private void printNotes(StreamStatus stream) {
    PrintWriter out = surroundings.out();
    for (ChangesStatus changes : stream.changes()) {
      out.printf(
          "%s: changes of %s are loaded up to %s, committed until %s, run %s is open; %d of %d"
              + " buckets of generation %s%n",
          stream.sink(),
          stream.stream(),
          changes.last(),
          changes.latestCommit(),
          changes.openRun(),
          changes.loaded(),
          changes.buckets(),
          changes.generation());
    }
    MirrorStatus mirror = stream.mirror();
    if (mirror != null) {
      out.printf(
          "%s: table %s is as of %s, committed until %s: %,d rows, version %d%n",
          stream.sink(),
          stream.stream(),
          mirror.last(),
          mirror.latestCommit(),
          mirror.rows(),
          mirror.version());
    }
    if (stream.mirrorHalted() != null) {
      out.printf(
          "%s: table %s goes no further: %s%n",
          stream.sink(), stream.stream(), stream.mirrorHalted());
    }
    for (MissingChanges missing : stream.halted()) {
      out.printf("%s: %s is halted: %s%n", stream.sink(), missing.changes(), missing.reason());
    }
    if (!stream.halted().isEmpty()) {
      out.printf(
          "%s: changes of %s go on with a record that fills the gap, or millrace abandon%n",
          stream.sink(), stream.stream());
    }
    for (MissingChanges missing : stream.gaps()) {
      out.printf(
          "%s: %s was abandoned by %s at %s: %s%n",
          stream.sink(), missing.changes(), missing.by(), missing.at(), missing.reason());
    }
    for (PlanStatus plan : stream.plans()) {
      String run = "%s: run %s of %s".formatted(stream.sink(), plan.run(), stream.stream());
      for (HeldStatus held : plan.held()) {
        String what = held.unit().isEmpty() ? "plan " + plan.plan() : held.unit();
        out.printf("%s: %s is held: %s%n", stream.sink(), what, held.reason());
      }
      if (!plan.held().isEmpty()) {
        out.println(run + " goes on with a new plan, millrace replay or millrace abandon");
      }
      if (plan.abandoned() > 0) {
        out.printf("%s lacks %d partitions that were abandoned%n", run, plan.abandoned());
      }
      if (plan.settings() > 1) {
        out.printf(
            "%s was loaded with %d different settings: millrace replay --run %s gives it one%n",
            run, plan.settings(), plan.run());
      }
    }
  }
}
