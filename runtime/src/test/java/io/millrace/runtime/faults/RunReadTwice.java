package io.millrace.runtime.faults;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.Nonces;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.SinkContext;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.References;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.config.StageTypes;
import io.millrace.runtime.run.PipelineSinks;
import io.millrace.runtime.sink.SinkEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One sink's work in a folder of its own: {@link TwoPlans} come over the broker, the second as soon
 * as the first can be read. Who does the work is the test's to say.
 */
final class RunReadTwice {
  static final String SINK = "lake";
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final FaultBroker broker;
  private final Path folder;
  private final String name;
  private final String bootstrapServers;
  private final Map<String, String> client;
  private final Target target;
  private final TwoPlans plans;
  private final StreamId stream;
  private boolean firstSent;
  private boolean secondSent;

  /** On a disk, by a broker that is well. */
  RunReadTwice(FaultBroker broker, Path folder, String name) {
    this(broker, folder, name, broker.bootstrapServers(), FaultBroker.CLIENT, Target.disk(folder));
  }

  /**
   * Begins with an empty topic.
   *
   * @param bootstrapServers where the sinks find the broker
   * @param client what the pipeline says about Kafka's clients
   */
  RunReadTwice(
      FaultBroker broker,
      Path folder,
      String name,
      String bootstrapServers,
      Map<String, String> client,
      Target target) {
    this.broker = broker;
    this.folder = folder;
    this.name = name;
    this.bootstrapServers = bootstrapServers;
    this.client = client;
    this.target = target;
    this.plans = TwoPlans.of(name);
    this.stream = new StreamId(name, TwoPlans.STREAM);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    broker.createTopic(stream.topic(), TwoPlans.TOPIC_PARTITIONS);
  }

  Path folder() {
    return folder;
  }

  /** The pipeline's file for a process whose every effect is a point. */
  Path faultyFile() {
    var settings = new TreeMap<>(client);
    settings.put("interceptor.classes", CommitPoint.class.getName());
    return file("faulty.yaml", FaultSinkType.NAME, settings);
  }

  /** The file as its user would have it. */
  Path plainFile() {
    return file("plain.yaml", "parquet", client);
  }

  private Path file(String file, String type, Map<String, String> settings) {
    var yaml =
        new StringBuilder(
            """
            name: %s
            source:
              type: postgres
              url: jdbc:postgresql://127.0.0.1:1/nowhere
              user: nobody
              table: public.%s
            sinks:
              - type: %s
                name: %s
            """
                .formatted(name, TwoPlans.STREAM, type, SINK));
    target.options().forEach((key, value) -> yaml.append("    %s: %s%n".formatted(key, value)));
    yaml.append("kafka:%n  bootstrap.servers: %s%n".formatted(bootstrapServers));
    settings.forEach((key, value) -> yaml.append("  %s: %s%n".formatted(key, value)));
    try {
      return Files.writeString(folder.resolve(file), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Pipeline pipeline() {
    return new PipelineFile(StageTypes.installed(), References.everywhere(Map.of()))
        .read(plainFile());
  }

  private LedgerView ledger() {
    Pipeline pipeline = pipeline();
    SinkSpec<?> spec = pipeline.sinks().get(0);
    return spec.look(
        new SinkContext(
            name,
            spec.name(),
            pipeline.layout(),
            "",
            folder,
            new Nonces(new SecureRandom()),
            InstantSource.system()));
  }

  /** Sends the first plan. */
  void sendFirst() {
    if (!firstSent) {
      firstSent = true;
      broker.send(plans.firstRecords());
    }
  }

  /** Sends the second plan. */
  void sendSecond() {
    if (!secondSent) {
      secondSent = true;
      broker.send(plans.secondRecords());
    }
  }

  /**
   * Sends both plans one after the other while somebody works; says whether the end was reached.
   */
  boolean drive(BooleanSupplier working) {
    LedgerView ledger = ledger();
    sendFirst();
    if (!awaitWhile(working, () -> published(ledger) >= 0)) {
      return false;
    }
    sendSecond();
    return awaitWhile(working, () -> published(ledger) >= 1 && ledger.openPlans().isEmpty())
        && awaitWhile(working, this::committed);
  }

  /** The number of the newest head that can be read, -1 for none. */
  private int published(LedgerView ledger) {
    return ledger.published(stream, RunId.SNAPSHOT).map(RunHead::number).orElse(-1);
  }

  private boolean committed() {
    return broker.committed(group()).equals(broker.ends(stream.topic()));
  }

  private String group() {
    return "millrace.%s.%s".formatted(name, SINK);
  }

  private boolean awaitWhile(BooleanSupplier working, BooleanSupplier reached) {
    try {
      await(name)
          .atMost(PATIENCE)
          .pollInterval(LOOK_EVERY)
          .until(() -> reached.getAsBoolean() || !working.getAsBoolean());
    } catch (ConditionTimeoutException e) {
      LedgerView ledger = ledger();
      throw new AssertionError(
          "%s does not get on: published %d, open %s, committed %s of %s"
              .formatted(
                  name,
                  published(ledger),
                  ledger.openPlans(),
                  broker.committed(group()),
                  broker.ends(stream.topic())),
          e);
    }
    return reached.getAsBoolean();
  }

  /** A sink in this JVM does what is left. */
  void finish() {
    Pipeline pipeline = pipeline();
    try (var sinks =
        PipelineSinks.start(
            pipeline,
            broker.clusterId(),
            folder,
            folder.resolve("scratch"),
            InstantSource.system(),
            spec -> SinkEvents.NONE)) {
      boolean done = drive(() -> sinks.failure().isEmpty());
      assertThat(sinks.failure()).isEqualTo(Optional.empty());
      assertThat(done).isTrue();
    }
  }

  /** A sink's process does what is left. */
  void finishIn(SinkProcess.Jvm jvm) {
    try (var sink = SinkProcess.start(jvm, folder, faultyFile())) {
      assertThat(drive(sink::running)).as(sink.log()).isTrue();
      sink.terminate();
    }
  }

  /** What must be true in the end, whatever happened. */
  void assertHolds() {
    LedgerInspection inspection = LedgerInspection.of(target.store(), name, SINK);
    assertThat(inspection.violations()).isEmpty();
    assertThat(inspection.files()).hasSize(plans.second().size());
    assertThat(RowsCheck.ids(target.store(), inspection.files())).isEqualTo(plans.ids());
    assertThat(committed()).as("the group has passed everything").isTrue();
  }
}
