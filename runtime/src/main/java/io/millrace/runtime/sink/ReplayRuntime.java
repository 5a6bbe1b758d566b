package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.stage.Sink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;

/**
 * Loads plans from a fixed range of the log once more, under the names a replay gives them, and
 * ends by itself. It belongs to no group, commits no offset and leaves no hint, so that the sink
 * itself goes on meanwhile as if it were not there.
 *
 * <p>What it has loaded stays loaded: stopped before its end, the next one of the same number goes
 * on.
 */
public final class ReplayRuntime implements AutoCloseable {
  private static final Duration LONGEST_STOP = Duration.ofMillis(9_500);

  private final SinkSettings settings;
  private final ReplayScope scope;
  private final MemoryBudget budget;
  private final SinkParts parts;
  private final ReplayReading reading;
  private Thread thread;

  /**
   * Ready to start.
   *
   * @param settings of the sink; its streams are not asked for, the scope says what is read
   * @param sink the open target; the caller closes it after this
   * @param scope what is read
   * @param budget what batches may take until they are loaded, shared by the process's sinks
   * @param vectors where writers decode batches; its limit bounds them together
   * @param clock when to look after plans
   * @param events hear what happens
   */
  public ReplayRuntime(
      SinkSettings settings,
      Sink sink,
      ReplayScope scope,
      MemoryBudget budget,
      BufferAllocator vectors,
      InstantSource clock,
      SinkEvents events) {
    this.settings = settings;
    this.scope = scope;
    this.budget = budget;
    String name = settings.group() + "-replay";
    SinkGround ground = SinkGround.real(name, settings, budget, vectors, clock);
    this.parts =
        new SinkParts(settings, sink, ground, new SharedEvents(new LoggedEvents(), events));
    this.reading = new ReplayReading(settings, sink.ledger(), scope, parts);
  }

  /**
   * Begins to read.
   *
   * @throws MillraceException (CONFIGURATION) if Kafka's clients refuse their properties; (KAFKA)
   *     if Kafka does not answer
   */
  public void start() {
    KafkaConsumer<byte[], byte[]> consumer =
        SinkParts.connect(
            () -> new KafkaConsumer<>(ConsumerProperties.forReading(settings, budget)));
    try {
      reading.begin(consumer);
    } catch (KafkaException e) {
      consumer.close();
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot read %s: %s".formatted(scope.range(), e.getMessage()),
          e);
    }
    thread =
        new DaemonThreads(settings.group() + "-replay-consumer")
            .newThread(() -> parts.work(consumer, reading::goesOn));
    thread.start();
  }

  /** What came of it; empty while it works, and if it was stopped or failed. */
  public Optional<ReplayResult> result() {
    return reading.result();
  }

  /** Why it stopped, if it neither came to its end nor was stopped. */
  public Optional<Throwable> failure() {
    return parts.failures().first();
  }

  /** Units of the selected plans seen so far. */
  public int plannedUnits() {
    return reading.plannedUnits();
  }

  /** Offsets that are still to be read. */
  public long toGo() {
    return reading.toGo();
  }

  /** How far it has come. */
  public SinkProgress progress() {
    return parts.progress();
  }

  /** Waits so long for its end; says whether it has come, in whatever way. */
  public boolean ended(Duration within) throws InterruptedException {
    thread.join(Math.max(1, within.toMillis()));
    return !thread.isAlive();
  }

  /** Stops in order within 10 seconds; what is left is done by the next one of the same number. */
  @Override
  public void close() {
    parts.stop();
    if (thread != null) {
      try {
        thread.join(LONGEST_STOP.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
