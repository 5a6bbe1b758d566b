package io.millrace.runtime.sink;

import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.Sink;
import io.millrace.runtime.lane.LaneWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
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
  /**
   * What it stands on.
   *
   * @param consumer its member of the group
   * @param readers gives consumers outside the group
   * @param topicIds tells the ids of topics
   * @param lookUps its thread for the ledger
   * @param writers its threads that load
   * @param settler its thread that settles
   */
  public record Ground(
      Consumer<byte[], byte[]> consumer,
      Supplier<Consumer<byte[], byte[]>> readers,
      Function<Set<String>, Map<String, String>> topicIds,
      ExecutorService lookUps,
      ExecutorService writers,
      ScheduledExecutorService settler,
      InstantSource clock,
      BufferAllocator vectors,
      Path scratch) {}

  private final Ground ground;
  private final Duration parkAfter;
  private final SinkEvents events;
  private final MemoryBudget budget;
  private final Failures failures;
  private final Inbox inbox = new Inbox();
  private final LookUps lookUps;
  private final WriterPool writers;
  private final Settler settler;
  private final Lanes lanes;
  private final BatchConsumer batches;

  public SteppedRuntime(
      Ground ground, Sink sink, MemoryBudget budget, Duration parkAfter, SinkEvents events) {
    this.ground = ground;
    this.parkAfter = parkAfter;
    this.budget = budget;
    this.events = events;
    this.failures = new Failures(events);
    var retries = new Retries(Duration.ZERO, events);
    var ledger = sink.ledger();
    this.lookUps = new LookUps(ground.lookUps(), ledger, retries, failures);
    this.settler =
        new Settler(ground.settler(), ledger, ground.clock(), events, failures, this::settled);
    var loader = new Loader(sink, TransformChain.NONE, ground.vectors(), retries);
    this.writers = new WriterPool(ground.writers(), loader, failures);
    this.lanes =
        new Lanes(
            ground.consumer(),
            ground.topicIds(),
            ledger,
            retries,
            SteppedRuntime::stream,
            this::lane);
    var commits = new Commits(ground.consumer(), lanes, settler);
    this.batches =
        new BatchConsumer(ground.consumer(), lanes, commits, inbox, budget, ground.clock());
  }

  private static StreamId stream(String topic) {
    int dot = topic.indexOf('.');
    return new StreamId(topic.substring(0, dot), topic.substring(dot + 1));
  }

  private Lane lane(LanePlace place, StreamId stream) {
    var services =
        new LaneServices(
            HeaderReader.EVERYTHING,
            inbox,
            lookUps,
            writers,
            settler,
            (where, offset, reason, wanted, written) -> written.run(),
            () -> new UnitBuffer(budget, ground.scratch()),
            (where, end, through) ->
                new UnitReader(
                    ground.readers(),
                    where.topicPartition(),
                    end,
                    HeaderReader.EVERYTHING,
                    through),
            events);
    return new Lane(place, stream, new LaneWorker(parkAfter), services);
  }

  private void settled(OpenPlan plan, PlanState state) {
    events.planState(plan, state);
    if (state instanceof PlanState.Publishing publishing) {
      decided(plan, publishing.head());
    } else if (state instanceof PlanState.Live live) {
      decided(plan, live.head());
    } else if (state instanceof PlanState.Superseded superseded) {
      decided(plan, superseded.by());
    }
  }

  private void decided(OpenPlan plan, RunHead head) {
    lookUps.forget(plan.plan());
    inbox.post(() -> batches.decided(head));
  }

  /** What hears of lanes that come and go. */
  public ConsumerRebalanceListener lanes() {
    return lanes;
  }

  /** Begins to settle; the consumer begins with its first turn. */
  public void start(Duration settleEvery) {
    settler.start(settleEvery);
  }

  /** One turn of the consumer's thread. */
  public void turn() {
    batches.turn();
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
    failures.stop();
    writers.stop(Duration.ofSeconds(5));
    batches.finish();
    lookUps.stop();
    settler.stop(Duration.ofSeconds(1));
  }

  /** Frees what the process held, as its end does; nothing it could still do has any effect. */
  public void bury() {
    failures.stop();
    writers.stop(Duration.ZERO);
    lanes.close();
  }
}
