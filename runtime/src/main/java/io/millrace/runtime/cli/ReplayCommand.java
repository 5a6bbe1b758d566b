package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.options.NearestWord;
import io.millrace.core.window.RunRange;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.connect.KafkaCluster;
import io.millrace.runtime.replay.PipelineReplay;
import io.millrace.runtime.replay.ReplayOrder;
import io.millrace.runtime.replay.ReplaySelection;
import io.millrace.runtime.replay.ReplaySummary;
import io.millrace.runtime.run.KeptServices;
import io.millrace.runtime.run.RunProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "replay",
    description = {
      "Build output again from the topics, with the transforms and settings the file has now.",
      "Readers see the old output of a run until the new one is whole; millrace sink goes on"
          + " meanwhile. The source is not touched. Ctrl-C stops in order; the same command goes"
          + " on."
    })
final class ReplayCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @ArgGroup(multiplicity = "1")
  private Selected selected;

  @Option(
      names = "--sink",
      paramLabel = "NAME",
      description = "Only this sink; otherwise all, one after the other.")
  private Optional<String> sink;

  @Option(
      names = "--stream",
      paramLabel = "NAME",
      description = "Only this stream; may be given several times.")
  private List<String> streams = List.of();

  @Option(
      names = "--into",
      paramLabel = "PATH",
      description =
          "Write here instead of the sink's path, with a ledger of its own. The sink can be"
              + " pointed there later and goes on with it.")
  private Optional<String> into;

  @Option(
      names = "--accept-gap",
      description =
          "Publish runs also without the units that the log has no more: the ledger says which.")
  private boolean acceptGap;

  @Option(names = "--dry-run", description = "Say what would be read; write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print the summary as JSON.")
  private boolean json;

  @Mixin
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private MemoryOption memory;

  ReplayCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** One of four ways to say what. */
  private static final class Selected {
    @Option(
        names = "--run",
        paramLabel = "ID",
        description = "This run; may be given several times. One that is short is completed.")
    private List<String> runs;

    @ArgGroup(exclusive = false)
    private Made made;

    @Option(
        names = "--offsets",
        paramLabel = "TOPIC-PARTITION:FROM..TO",
        description = "What has a record here, e.g. trips.rides-0:100..200.")
    private String offsets;

    @Option(
        names = "--all",
        description = "All that the topics hold, changes too where the target lacks them.")
    @SuppressWarnings("UnusedVariable") // what is left where none of the others is given
    private boolean all;
  }

  private static final class Made {
    @Option(
        names = "--from",
        paramLabel = "TIME",
        required = true,
        description = "What the source began to read at this time or later; ISO, in UTC.")
    private String from;

    @Option(
        names = "--to",
        paramLabel = "TIME",
        required = true,
        description = "And before this time.")
    private String to;
  }

  @Override
  public Integer call() {
    Pipeline read = pipeline.readButTheSource(surroundings);
    List<SinkSpec<?>> sinks = sinks(read);
    ReplaySelection selection = selection();
    List<StreamId> chosen = streams(read);
    try (var stop = new StopSignal();
        var kept = KeptServices.of(surroundings.folder(), read.name());
        RunProgress progress =
            json ? ProgressOutput.lines(surroundings) : ProgressOutput.forPeople(surroundings)) {
      Pipeline connected =
          read.kafka().bootstrapServers().isPresent()
              ? read
              : read.with(read.kafka().at(kept.startKafka()));
      var summaries = new ArrayList<ReplaySummary>();
      for (SinkSpec<?> spec : sinks) {
        var order =
            new ReplayOrder(
                selection,
                chosen,
                spec,
                into,
                acceptGap ? ReplayOrder.Gap.ACCEPTED : ReplayOrder.Gap.REFUSED);
        Optional<ReplaySummary> summary = replay(connected, order, progress, stop);
        if (!dryRun && summary.isEmpty()) {
          surroundings.err().println("Stopped: the same command goes on");
          return Main.INTERRUPTED;
        }
        summary.ifPresent(summaries::add);
      }
      progress.close();
      print(summaries);
      return summaries.stream().allMatch(ReplaySummary::succeeded) ? Main.DONE : Main.FAILED;
    }
  }

  private Optional<ReplaySummary> replay(
      Pipeline connected, ReplayOrder order, RunProgress progress, StopSignal stop) {
    Path scratch =
        surroundings.folder().resolve(".millrace").resolve(connected.name()).resolve("scratch");
    var replay =
        new PipelineReplay(connected, order, surroundings.folder(), scratch, surroundings.clock());
    if (dryRun) {
      replay.describe(line -> surroundings.out().println(line));
      return Optional.empty();
    }
    return replay.run(cluster(connected), progress, stop::within);
  }

  private static String cluster(Pipeline read) {
    try (KafkaCluster kafka = KafkaCluster.open(read.kafka())) {
      return kafka.id();
    }
  }

  private ReplaySelection selection() {
    if (selected.runs != null) {
      return new ReplaySelection.Runs(selected.runs.stream().map(RunId::new).toList());
    } else if (selected.offsets != null) {
      return ReplaySelection.Offsets.parse(selected.offsets);
    } else if (selected.made != null) {
      var between = (RunRange.Between) RunRange.parse(selected.made.from + ".." + selected.made.to);
      return new ReplaySelection.Made(between.from(), between.to());
    }
    return new ReplaySelection.Everything();
  }

  private List<SinkSpec<?>> sinks(Pipeline read) {
    List<String> known = read.sinks().stream().map(SinkSpec::name).toList();
    List<SinkSpec<?>> chosen =
        read.sinks().stream()
            .<SinkSpec<?>>map(spec -> spec)
            .filter(spec -> sink.isEmpty() || spec.name().equals(sink.get()))
            .toList();
    if (chosen.isEmpty()) {
      throw MillraceException.configuration(NearestWord.unknown("sink", sink.orElseThrow(), known));
    }
    if (into.isPresent() && chosen.size() > 1) {
      throw MillraceException.configuration(
          "Which sink shall write into %s? Say --sink with one of %s"
              .formatted(into.get(), String.join(", ", known)));
    }
    return chosen;
  }

  private List<StreamId> streams(Pipeline read) {
    List<StreamId> asked =
        streams.stream().map(name -> new StreamId(read.name(), name)).distinct().toList();
    read.streams()
        .ifPresent(
            known ->
                asked.stream()
                    .filter(stream -> !known.contains(stream))
                    .findFirst()
                    .ifPresent(
                        stream -> {
                          throw MillraceException.configuration(
                              NearestWord.unknown(
                                  "stream",
                                  stream.name(),
                                  known.stream().map(StreamId::name).toList()));
                        }));
    return asked;
  }

  private void print(List<ReplaySummary> summaries) {
    if (json) {
      surroundings.out().println(Json.of(summaries));
      return;
    }
    var text = new ReplayText(surroundings.out(), surroundings.err());
    summaries.forEach(text::print);
  }
}
