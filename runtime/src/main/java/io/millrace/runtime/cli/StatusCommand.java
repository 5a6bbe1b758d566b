package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.options.Durations;
import io.millrace.runtime.cli.PipelineStatus.HeldStatus;
import io.millrace.runtime.cli.PipelineStatus.PlanStatus;
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
          "Wait until every stream has a published run in every sink and nothing is on its way.")
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
    for (SinkSpec<?> sink : read.sinks()) {
      LedgerView ledger = Ledgers.look(surroundings, read, sink);
      List<StreamId> known = read.streams().orElseGet(ledger::streams);
      Map<String, Long> lag = lag(read, sink, known);
      for (StreamId stream : known) {
        streams.add(PipelineStatus.of(sink.name(), stream, ledger, lag));
      }
    }
    return new PipelineStatus(read.name(), streams);
  }

  /** By topic; empty if Kafka cannot be asked. */
  private Map<String, Long> lag(Pipeline read, SinkSpec<?> sink, List<StreamId> known) {
    if (read.kafka().bootstrapServers().isEmpty()) {
      return Map.of();
    }
    try (KafkaCluster kafka = KafkaCluster.open(read.kafka())) {
      return kafka.lag(read.group(sink), known.stream().map(StreamId::topic).toList());
    } catch (MillraceException e) {
      surroundings.err().println("The lag is not known. " + e.getMessage());
      return Map.of();
    }
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
      if (stream.plans().isEmpty()) {
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
  }

  private void printNotes(StreamStatus stream) {
    PrintWriter out = surroundings.out();
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
