package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.Unit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.stage.Sink;
import io.millrace.runtime.sink.ReplayResult.PlanResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

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

  /** What is unusable was so for the sink itself, which has written its letters. */
  private static final LaneServices.Letters NO_LETTERS =
      (place, offset, reason, wanted, written) -> written.run();

  private final SinkSettings settings;
  private final Ledger ledger;
  private final ReplayScope scope;
  private final MemoryBudget budget;
  private final ReplayedPlans plans;
  private final SinkParts parts;

  /** The lanes whose parts of the log are not empty, each with where its part ends. */
  private final Map<Lane, Long> ends = new LinkedHashMap<>();

  private KafkaConsumer<byte[], byte[]> consumer;
  private volatile long toGo;
  private volatile ReplayResult result;
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
    this.ledger = sink.ledger();
    this.scope = scope;
    this.budget = budget;
    this.plans = new ReplayedPlans(scope);
    String name = settings.group() + "-replay";
    this.parts = new SinkParts(name, settings, sink, budget, vectors, clock, events);
    this.toGo = scope.range().stream().mapToLong(LogSpan::length).sum();
  }

  /**
   * Begins to read.
   *
   * @throws MillraceException (CONFIGURATION) if Kafka's clients refuse their properties; (KAFKA)
   *     if Kafka does not answer
   */
  public void start() {
    consumer =
        SinkParts.connect(
            () -> new KafkaConsumer<>(ConsumerProperties.forReading(settings, budget)));
    Map<TopicPartition, LogSpan> spans =
        scope.range().stream()
            .filter(span -> span.length() > 0)
            .collect(
                Collectors.toMap(
                    span -> new TopicPartition(span.topic(), span.partition()), span -> span));
    try {
      begin(spans);
    } catch (KafkaException e) {
      consumer.close();
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot read %s: %s".formatted(scope.range(), e.getMessage()),
          e);
    }
    thread =
        new DaemonThreads(settings.group() + "-replay-consumer")
            .newThread(() -> parts.work(consumer, this::goesOn));
    thread.start();
  }

  private void begin(Map<TopicPartition, LogSpan> spans) {
    consumer.assign(spans.keySet());
    // A log that was cut off at its end does not come back: nobody shall wait for that.
    Map<TopicPartition, Long> logEnds = consumer.endOffsets(spans.keySet());
    var lanes =
        new Lanes(
            consumer,
            topics -> Map.of(),
            ledger,
            parts.retries(),
            settings::stream,
            (place, stream) ->
                parts.lane(
                    place,
                    stream,
                    plans.until(spans.get(place.topicPartition()).to()),
                    NO_LETTERS));
    parts.prepare(consumer, lanes, Checkpoints.NONE);
    spans.forEach(
        (partition, span) -> {
          var place = new LanePlace(span.topic(), span.topicId(), span.partition());
          ends.put(lanes.begin(place, span.from()), Math.min(span.to(), logEnds.get(partition)));
        });
  }

  /** Whether there is something left to be read or loaded. */
  private boolean goesOn() {
    long left = 0;
    boolean open = false;
    var atEnd = new ArrayList<TopicPartition>();
    for (var entry : ends.entrySet()) {
      Lane lane = entry.getKey();
      long end = entry.getValue();
      long position = consumer.position(lane.place().topicPartition());
      lane.passed(position);
      if (position < end) {
        left += end - position;
      } else {
        atEnd.add(lane.place().topicPartition());
        lane.expectNoMore(
            "no attempt of it ends before offset %d of %s".formatted(end, lane.place()));
      }
      open |= lane.commitOffset().orElse(-1) < end;
    }
    consumer.pause(atEnd);
    toGo = left;
    if (!open) {
      result = conclude();
    }
    return open;
  }

  /** Everything is read: settles the plans and says what is missing. */
  private ReplayResult conclude() {
    Map<Unit, String> reasons = new HashMap<>();
    for (Lane lane : ends.keySet()) {
      var progress = lane.progress(OptionalLong.empty());
      reasons.putAll(progress.parked());
      reasons.putAll(progress.held());
    }
    var conclusion =
        new ReplayConclusion(
            ledger, plans, parts.planReader(plans), scope.range(), parts.retries());
    List<PlanResult> results = conclusion.of(reasons);
    return new ReplayResult(parts.progress().units(), parts.skippedUnits(), results);
  }

  /** What came of it; empty while it works, and if it was stopped or failed. */
  public Optional<ReplayResult> result() {
    return Optional.ofNullable(result);
  }

  /** Why it stopped, if it neither came to its end nor was stopped. */
  public Optional<Throwable> failure() {
    return parts.failures().first();
  }

  /** Units of the selected plans seen so far. */
  public int plannedUnits() {
    return plans.units();
  }

  /** Offsets that are still to be read. */
  public long toGo() {
    return toGo;
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
