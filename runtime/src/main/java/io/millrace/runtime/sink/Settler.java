package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogPosition;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Looks after open plans, whoever began them, on a thread apart from all others: soon after one of
 * their units was loaded, and every now and then. Writes the hints and what is held on the way.
 */
final class Settler {
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);
  private static final int DELAY_PER_COST = 8;

  private final Ledger ledger;
  private final InstantSource clock;
  private final SinkEvents events;
  private final Failures failures;
  private final BiConsumer<OpenPlan, PlanState> settled;
  private final ScheduledExecutorService thread;
  private final Set<PlannedRun> due = ConcurrentHashMap.newKeySet();
  private final Map<LanePlace, Long> hints = new ConcurrentHashMap<>();
  private final Map<Unit, String> held = new ConcurrentHashMap<>();
  private volatile Duration lastCost = Duration.ZERO;

  /**
   * Works on this thread, which is the settler's to stop; tells {@code settled} of every look at a
   * plan.
   */
  Settler(
      ScheduledExecutorService thread,
      Ledger ledger,
      InstantSource clock,
      SinkEvents events,
      Failures failures,
      BiConsumer<OpenPlan, PlanState> settled) {
    this.thread = thread;
    this.ledger = ledger;
    this.clock = clock;
    this.events = events;
    this.failures = failures;
    this.settled = settled;
  }

  /** Begins the rounds, the first at once. */
  void start(Duration every) {
    var unused =
        thread.scheduleWithFixedDelay(this::round, 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * A unit of the plan was loaded. A look costs a listing of the plan's markers, so looks at a plan
   * of many units keep their distance by what the last one cost.
   */
  void settleSoon(OpenPlan plan) {
    if (due.add(plan.plan())) {
      Duration delay = lastCost.multipliedBy(DELAY_PER_COST);
      var unused =
          thread.schedule(
              () -> {
                due.remove(plan.plan());
                settle(plan);
              },
              Math.min(delay.toMillis(), LONGEST_DELAY.toMillis()),
              TimeUnit.MILLISECONDS);
    }
  }

  /** Everything before the offset is loaded; the newest offset of a place replaces the others. */
  void hint(LanePlace place, long offset) {
    hints.put(place, offset);
  }

  /** A unit is held: the ledger notes it for people, and for whoever waits for its plan. */
  void hold(Unit unit, String reason) {
    held.put(unit, reason);
    thread.execute(this::noteHeld);
  }

  private void noteHeld() {
    held.forEach(
        (unit, reason) ->
            attempt(
                "note that %s is held".formatted(unit),
                () -> {
                  ledger.hold(
                      new HeldUnit(unit.plannedRun(), unit.partition(), reason, clock.instant()));
                  held.remove(unit, reason);
                }));
  }

  private void round() {
    attempt("look for open plans", () -> ledger.openPlans().forEach(this::settle));
    attempt("sweep what was staged of changes", () -> ledger.chains().sweep());
    noteHeld();
    writeHints();
  }

  private void writeHints() {
    hints.forEach(
        (place, offset) ->
            attempt(
                "write the hint of " + place,
                () -> {
                  ledger.hint(new LogPosition(place.topicId(), place.partition(), offset));
                  hints.remove(place, offset);
                }));
  }

  private void settle(OpenPlan plan) {
    attempt(
        "look after " + plan.plan(),
        () -> {
          long began = clock.millis();
          PlanState state = ledger.settle(plan);
          lastCost = Duration.ofMillis(Math.max(0, clock.millis() - began));
          settled.accept(plan, state);
        });
  }

  /** What failed in a way that may pass is left to the next round. */
  private void attempt(String what, Runnable work) {
    try {
      work.run();
    } catch (MillraceException e) {
      if (e.retriable()) {
        events.retrying(what, e);
      } else {
        failures.lasting(e);
      }
    } catch (RuntimeException | Error e) {
      failures.lasting(e);
    }
  }

  /**
   * Lets what is due be done for a while, the last hints above all; the rest is left to whoever
   * comes next.
   */
  void stop(Duration patience) {
    if (!thread.isShutdown()) {
      thread.execute(this::writeHints);
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
