package io.millrace.runtime.simulation;

import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The sources of two streams: plans of the same runs again and again, tasks that die, come back as
 * zombies and send twice.
 */
final class SimulatedSource {
  static final StreamId RIDES = new StreamId("sim", "rides");
  static final StreamId ZONES = new StreamId("sim", "zones");
  private static final List<RunId> RUNS = List.of(new RunId("day-1"), new RunId("day-2"));
  private static final int MOST_PLANS = 9;
  private static final Duration SKEW = Duration.ofHours(2);

  private final SimulatedLog log;
  private final SimulatedClock clock;
  private final Dice dice;
  private final Journal journal;
  private final List<SourcePlan> plans = new ArrayList<>();
  private final Map<String, SourceAttempt> attempts = new LinkedHashMap<>();
  private final List<Unit> waiting = new ArrayList<>();
  private final List<SourceTask> running = new ArrayList<>();
  private final List<SourceTask> dead = new ArrayList<>();
  private int ticks;

  SimulatedSource(SimulatedLog log, SimulatedClock clock, Dice dice, Journal journal) {
    this.log = log;
    this.clock = clock;
    this.dice = dice;
    this.journal = journal;
  }

  List<SourcePlan> plans() {
    return plans;
  }

  SourcePlan plan(PlannedRun id) {
    return plans.stream().filter(plan -> plan.plan().equals(id)).findAny().orElseThrow();
  }

  /** The attempt with this nonce; null if there is none. */
  SourceAttempt attempt(String nonce) {
    return attempts.get(nonce);
  }

  List<SourceAttempt> attempts(Unit unit) {
    return attempts.values().stream().filter(attempt -> attempt.unit().equals(unit)).toList();
  }

  /** One thing happens at the source. */
  void step() {
    if (plans.isEmpty() || (dice.once(30) && plans.size() < MOST_PLANS)) {
      plan(dice.oneOf(List.of(RIDES, ZONES)), dice.oneOf(RUNS), 1 + dice.below(3));
    } else if (!waiting.isEmpty() && (running.isEmpty() || dice.once(4))) {
      begin(waiting.remove(dice.below(waiting.size())));
    } else if (!dead.isEmpty() && dice.once(25)) {
      comeBack(dead.remove(dice.below(dead.size())));
    } else if (dice.once(120)) {
      LogPartition to = dice.oneOf(log.partitions());
      journal.note(Event.JUNK, "%s at %d", to.name(), to.end());
      log.appendJunk(to);
    } else if (!running.isEmpty()) {
      step(dice.oneOf(running));
    }
  }

  private SourcePlan plan(StreamId stream, RunId run, int size) {
    var id = new PlanId(SimulatedClock.BEGINNING + plans.size() + 1, "p" + plans.size());
    SourcePlan plan = SourcePlan.of(new PlannedRun(stream, run, id), size);
    journal.note(Event.PLAN, "%s of %d", plan.plan(), size);
    plans.add(plan);
    waiting.addAll(plan.units());
    if (dice.once(5)) {
      waiting.remove(plan.units().get(0)); // never read, so that the plan is never whole
    }
    return plan;
  }

  private void begin(Unit unit) {
    SourceAttempt.Flaw flaw =
        dice.once(5) ? dice.oneOf(List.of(SourceAttempt.Flaw.values())) : SourceAttempt.Flaw.NONE;
    Instant began = clock.instant();
    Instant started = dice.once(8) ? dice.once(2) ? began.plus(SKEW) : began.minus(SKEW) : began;
    SourceAttempt attempt = attempt(unit, flaw, started);
    switch (flaw) {
      case SHORT_READ -> journal.note(Event.SHORT_READ, "%s", attempt);
      case MISCOUNT -> journal.note(Event.MISCOUNT, "%s", attempt);
      case GARBLED -> journal.note(Event.GARBLED, "%s", attempt);
      case NONE -> journal.note(Event.ATTEMPT, "%s", attempt);
    }
    running.add(new SourceTask(attempt, dice.once(3)));
  }

  private SourceAttempt attempt(Unit unit, SourceAttempt.Flaw flaw, Instant started) {
    int size = plan(unit.plannedRun()).units().size();
    int batches = flaw == SourceAttempt.Flaw.NONE ? dice.below(4) : 1 + dice.below(3);
    List<Integer> rows = IntStream.range(0, batches).mapToObj(i -> 1 + dice.below(3)).toList();
    var attempt = new SourceAttempt(attempts.size() + 1, unit, size, started, rows, flaw);
    attempts.put(attempt.nonce(), attempt);
    return attempt;
  }

  private void comeBack(SourceTask task) {
    journal.note(Event.TASK_IS_BACK, "%s", task.attempt());
    running.add(task);
  }

  private void step(SourceTask task) {
    SourceAttempt attempt = task.attempt();
    if (task.isInTransaction() && dice.once(4)) {
      endTransaction(task);
    } else if (attempt.hasSent() && dice.once(15)) {
      int sequence = dice.below(Math.min(attempt.next(), attempt.batches() + 1));
      if (!attempt.leavesOut(sequence)) {
        journal.note(Event.DUPLICATE, "%s batch %d", attempt, sequence);
        task.send(log, sequence);
      }
    } else if (attempt.isDone()) {
      finish(task);
    } else if (dice.once(25)) {
      journal.note(Event.TASK_DIES, "%s", attempt);
      running.remove(task);
      dead.add(task);
      again(attempt);
    } else if (dice.once(40)) {
      journal.note(Event.ATTEMPT_FAILS, "%s", attempt);
      task.giveUp(log);
      running.remove(task);
      again(attempt);
    } else {
      journal.note(Event.SEND, "%s %d of %d", attempt, attempt.next(), attempt.batches());
      task.sendNext(log);
    }
  }

  private void endTransaction(SourceTask task) {
    if (dice.once(6)) {
      journal.note(Event.TRANSACTION_ABORTS, "%s", task.attempt());
      task.endTransaction(/* committed= */ false);
      again(task.attempt());
    } else {
      journal.note(Event.TRANSACTION_COMMITS, "%s", task.attempt());
      task.endTransaction(/* committed= */ true);
    }
  }

  private void finish(SourceTask task) {
    if (task.isInTransaction()) {
      endTransaction(task);
    }
    running.remove(task);
    if (dice.once(4)) {
      dead.add(task); // its producer may still send something twice
    }
    if (!task.attempt().isSound() || dice.once(10)) {
      again(task.attempt());
    }
  }

  private void again(SourceAttempt attempt) {
    if (!dice.once(4)) {
      waiting.add(attempt.unit());
    }
  }

  /** What runs comes to an end, one way or the other; nothing new is begun. */
  void quiet() {
    for (SourceTask task : running) {
      boolean goesOn = dice.once(2);
      while (goesOn && !task.attempt().isDone()) {
        task.sendNext(log);
      }
      task.endTransaction(goesOn);
    }
    dead.forEach(task -> task.endTransaction(/* committed= */ false));
    running.clear();
    dead.clear();
    waiting.clear();
  }

  /** One more unit at the end of each TopicPartition, so that log time passes there. */
  void tick() {
    tick(RIDES);
    tick(ZONES);
  }

  private void tick(StreamId stream) {
    int lanes = log.partitions(stream.topic()).size();
    for (LogPartition partition : log.partitions(stream.topic())) {
      RunId run;
      do {
        run = new RunId("tick-" + ++ticks);
      } while (Math.floorMod((run + "/0-of-1").hashCode(), lanes) != partition.name().partition());
      send(plan(stream, run, 1));
    }
  }

  /** Every run is read once more, and nothing goes wrong. */
  void heal() {
    plans.stream()
        .map(
            plan ->
                new PlannedRun(plan.plan().stream(), plan.plan().run(), plans.get(0).plan().plan()))
        .distinct()
        .toList()
        .forEach(run -> send(plan(run.stream(), run.run(), 1 + dice.below(3))));
  }

  private void send(SourcePlan plan) {
    waiting.clear();
    for (Unit unit : plan.units()) {
      var task =
          new SourceTask(
              attempt(unit, SourceAttempt.Flaw.NONE, clock.instant()), /* transactional= */ false);
      while (!task.attempt().isDone()) {
        task.sendNext(log);
      }
    }
  }
}
