package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Plans that have been short of units for {@code park_after} and got none meanwhile, whatever the
 * reason: offsets that passed what was not loaded, a unit split over two TopicPartitions, a log
 * that lost its beginning. Each is read from the log once more, and then held, unless its source
 * was heard of within that time.
 */
final class OverduePlans implements AutoCloseable {
  /** Since when a plan has had so many markers. */
  private record Watch(int marked, Instant since) {}

  private final ExecutorService thread;
  private final Ledger ledger;
  private final Function<PlannedRun, PlanReader.Found> reader;
  private final Duration parkAfter;
  private final InstantSource clock;
  private final SinkEvents events;
  private final Failures failures;
  private final BiConsumer<OpenPlan, PlanState> settled;
  private final Map<PlannedRun, Watch> watched = new ConcurrentHashMap<>();

  /**
   * Watches nothing yet.
   *
   * @param thread where plans are read; this object's to stop
   * @param reader reads a plan from the log and loads what is whole
   * @param settled hears how a plan stands after it was read
   */
  OverduePlans(
      ExecutorService thread,
      Ledger ledger,
      Function<PlannedRun, PlanReader.Found> reader,
      Duration parkAfter,
      InstantSource clock,
      SinkEvents events,
      Failures failures,
      BiConsumer<OpenPlan, PlanState> settled) {
    this.thread = thread;
    this.ledger = ledger;
    this.reader = reader;
    this.parkAfter = parkAfter;
    this.clock = clock;
    this.events = events;
    this.failures = failures;
    this.settled = settled;
  }

  /** How a plan stands. Those of replays are their own replay's business. */
  void look(OpenPlan open, PlanState state) {
    PlannedRun plan = open.plan();
    if (!(state instanceof PlanState.Loading loading) || plan.plan().replay() > 0) {
      watched.remove(plan);
      return;
    }
    Instant now = clock.instant();
    Watch watch =
        watched.merge(
            plan,
            new Watch(loading.marked(), now),
            (was, is) -> was.marked == is.marked ? was : is);
    if (!watch.since.plus(parkAfter).isAfter(now)
        && watched.replace(plan, watch, new Watch(loading.marked(), now))) {
      thread.execute(() -> attempt(open));
    }
    // plans that others settled are not heard of again
    watched.values().removeIf(old -> old.since.plus(parkAfter.multipliedBy(3)).isBefore(now));
  }

  private void attempt(OpenPlan open) {
    try {
      readAgain(open);
    } catch (CancellationException e) {
      // whoever looks after the plan next reads it
    } catch (MillraceException e) {
      events.retrying("read %s once more".formatted(open.plan()), e);
    } catch (RuntimeException | Error e) {
      failures.lasting(e);
    }
  }

  private void readAgain(OpenPlan open) {
    PlannedRun plan = open.plan();
    if (ledger.held(plan).stream().anyMatch(held -> held.partition().isEmpty())) {
      return;
    }
    events.planReread(plan);
    PlanReader.Found found = reader.apply(plan);
    PlanState state = ledger.settle(open);
    settled.accept(open, state);
    boolean heardOf =
        found
            .lastRecord()
            .filter(last -> last.plus(parkAfter).isAfter(clock.instant()))
            .isPresent();
    if (state instanceof PlanState.Loading loading && !heardOf) {
      found.missing().forEach((partition, reason) -> hold(plan, partition, reason));
      hold(
          plan,
          "",
          "%d of its %d units are not whole in the log"
              .formatted(loading.size() - loading.marked(), loading.size()));
    }
  }

  private void hold(PlannedRun plan, String partition, String reason) {
    var held = new HeldUnit(plan, partition, reason, clock.instant());
    ledger.hold(held);
    events.unitHeld(held.unit(), reason);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
