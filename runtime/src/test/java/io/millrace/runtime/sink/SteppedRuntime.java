package io.millrace.runtime.sink;

import io.millrace.core.Unit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.stage.Sink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/**
 * All that a {@link SinkRuntime} is made of, except that its threads, its Kafka and its target are
 * those of a simulation: whoever holds it takes each turn of the consumer.
 */
public final class SteppedRuntime {
  /** Writes dead letters. */
  public interface Letters {
    /** Writes the letter of a record, if it is still wanted then, and says so. */
    void write(TopicPartition lane, long offset, BooleanSupplier wanted, Runnable written);
  }

  /**
   * What it stands on.
   *
   * @param readers gives consumers outside the group
   * @param lookUps its thread for the ledger
   * @param writers its threads that load
   * @param settler its thread that settles
   * @param overdue its thread that reads plans once more
   * @param fetches its thread that reads changes that were missing
   * @param letters writes dead letters
   */
  public record Ground(
      Supplier<Consumer<byte[], byte[]>> readers,
      ExecutorService lookUps,
      ExecutorService writers,
      ScheduledExecutorService settler,
      ExecutorService overdue,
      ExecutorService fetches,
      Letters letters,
      InstantSource clock,
      BufferAllocator vectors,
      MemoryBudget budget) {
    SinkParts parts(SinkSettings settings, Sink sink, SinkEvents events) {
      var threads = new SinkGround.Threads(lookUps, writers, settler, overdue, fetches);
      var ground = new SinkGround(readers, threads, budget, vectors, clock, Duration.ZERO);
      return new SinkParts(settings, sink, ground, events);
    }
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Duration settleEvery;
  private final SinkParts parts;
  private final Lanes lanes;

  /**
   * A process that has not begun.
   *
   * @param consumer its member of the group
   * @param topicIds tells the ids of topics
   */
  public SteppedRuntime(
      SinkSettings settings,
      Sink sink,
      Ground ground,
      Consumer<byte[], byte[]> consumer,
      Function<Set<String>, Map<String, String>> topicIds,
      SinkEvents events) {
    this.consumer = consumer;
    this.settleEvery = settings.settleEvery();
    this.parts = ground.parts(settings, sink, events);
    this.lanes =
        new Lanes(
            consumer,
            topicIds,
            sink.ledger(),
            parts.retries(),
            settings::stream,
            (place, stream) -> parts.lane(place, stream, HeaderReader.EVERYTHING, letters(ground)));
    parts.prepare(consumer, lanes, new Commits(consumer, lanes, parts.settler()));
    parts.tellPlanStates(parts.overduePlans(topicIds)::look);
  }

  private static LaneLetters.Writer letters(Ground ground) {
    return (place, offset, reason, wanted, written) ->
        ground.letters().write(place.topicPartition(), offset, wanted, written);
  }

  /** What hears of lanes that come and go. */
  public ConsumerRebalanceListener lanes() {
    return lanes;
  }

  /** Begins to settle; the consumer begins with its first turn. */
  public void start() {
    parts.settler().start(settleEvery);
  }

  /** One turn of the consumer's thread. */
  public void turn() {
    parts.turn();
  }

  /** Whether a lane lets offsets pass a unit that is not loaded. */
  public boolean isParkedOrHeld(TopicPartition lane, Unit unit) {
    Lane working = lanes.get(lane);
    if (working == null) {
      return false;
    }
    var progress = working.progress(OptionalLong.empty());
    return progress.parked().containsKey(unit) || progress.held().containsKey(unit);
  }

  /** Stops in order. */
  public void stop() {
    parts.stop();
    parts.finish(consumer);
  }

  /** Frees what the process held, as its end does; nothing it could still do has any effect. */
  public void bury() {
    parts.stop();
    parts.writers().stop(Duration.ZERO);
    lanes.close();
  }

  /**
   * Replays a part of the log under a number, with all that a {@link ReplayRuntime} is made of.
   *
   * @param consumer belongs to no group
   * @param others lets the other threads do what is due
   */
  public static ReplayResult replay(
      SinkSettings settings,
      Sink sink,
      Ground ground,
      Consumer<byte[], byte[]> consumer,
      List<LogSpan> range,
      Runnable others) {
    Ledger ledger = sink.ledger();
    int number = ledger.claimReplay("all plans", "ids", range).number();
    SinkParts parts = ground.parts(settings, sink, SinkEvents.NONE);
    var scope = new ReplayScope(range, plan -> true, number);
    var reading = new ReplayReading(settings, ledger, scope, parts);
    reading.begin(consumer);
    parts.work(
        consumer,
        () -> {
          others.run();
          return reading.goesOn();
        });
    parts
        .failures()
        .first()
        .ifPresent(
            failure -> {
              throw new AssertionError("The replay fails: " + failure, failure);
            });
    return reading.result().orElseThrow();
  }
}
