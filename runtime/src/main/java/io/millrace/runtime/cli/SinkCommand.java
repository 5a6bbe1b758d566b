package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.connect.KafkaCluster;
import io.millrace.runtime.run.PipelineSinks;
import io.millrace.runtime.sink.SinkEvents;
import io.millrace.runtime.sink.SinkProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "sink",
    description = {
      "Load the pipeline's topics into its sinks, until stopped.",
      "Start as many processes as you like: they share the work. Ctrl-C stops one in order."
    })
final class SinkCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration TELL_EVERY = Duration.ofSeconds(10);

  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Mixin
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private MemoryOption memory;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description =
          "Where batches go that memory has no room for; by default .millrace/<pipeline>/scratch.")
  private Optional<Path> scratch;

  @Option(
      names = "--instance",
      paramLabel = "NAME",
      description =
          "This process's own name in the sinks' consumer groups: started again under it within the"
              + " session time-out, it goes on with the lanes it had, and the others keep theirs.")
  private Optional<String> instance;

  SinkCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    Pipeline read = pipeline.readButTheSource(surroundings);
    if (read.kafka().bootstrapServers().isEmpty()) {
      throw MillraceException.configuration(
          "%s: kafka.bootstrap.servers is missing: which Kafka cluster has the topics? (millrace run starts one by itself)"
              .formatted(read.file()));
    }
    Path spilled =
        scratch.orElse(
            surroundings.folder().resolve(".millrace").resolve(read.name()).resolve("scratch"));
    try (var stop = new StopSignal();
        var sinks =
            PipelineSinks.start(
                instance.map(name -> read.with(read.kafka().withInstance(name))).orElse(read),
                cluster(read),
                surroundings.folder(),
                spilled,
                surroundings.clock(),
                spec -> SinkEvents.NONE)) {
      surroundings
          .err()
          .printf(
              "Loading %s into %s%n",
              read.streams()
                  .map(ids -> ids.stream().map(Object::toString).collect(Collectors.joining(", ")))
                  .orElse("all streams of " + read.name()),
              read.sinks().stream().map(SinkSpec::name).collect(Collectors.joining(", ")));
      work(read, sinks, stop);
      return Main.DONE;
    }
  }

  /** Makes the topics too: whoever subscribes to one that does not exist would notice it late. */
  private static String cluster(Pipeline read) {
    try (KafkaCluster kafka = KafkaCluster.open(read.kafka())) {
      kafka.createTopics(read);
      return kafka.id();
    }
  }

  private void work(Pipeline read, PipelineSinks sinks, StopSignal stop)
      throws InterruptedException {
    String told = "";
    long next = System.nanoTime();
    while (!stop.within(LOOK_EVERY)) {
      Optional<Throwable> failure = sinks.failure();
      if (failure.isPresent()) {
        throw failure.get() instanceof MillraceException ours
            ? ours
            : new IllegalStateException("A sink has stopped", failure.get());
      }
      if (System.nanoTime() >= next) {
        String now = describe(read, sinks.progress());
        if (!now.equals(told)) {
          surroundings.err().println(now);
        }
        told = now;
        next = System.nanoTime() + TELL_EVERY.toNanos();
      }
    }
    surroundings.err().println("Stopping");
  }

  private static String describe(Pipeline read, List<SinkProgress> progress) {
    var lines = new StringBuilder();
    for (int i = 0; i < progress.size(); i++) {
      SinkProgress sink = progress.get(i);
      lines.append(
          "%s%s: %d lanes, %,d rows read, %,d loaded in %,d units, %,d records to go%s"
              .formatted(
                  i == 0 ? "" : System.lineSeparator(),
                  read.sinks().get(i).name(),
                  sink.lanes().size(),
                  sink.rows(),
                  sink.loadedRows(),
                  sink.units(),
                  sink.lanes().stream().mapToLong(lane -> lane.lag().orElse(0)).sum(),
                  sink.badRecords() == 0
                      ? ""
                      : ", %,d records could not be used: see millrace peek %s"
                          .formatted(sink.badRecords(), StreamId.deadLetters(read.name()))));
    }
    return lines.toString();
  }
}
