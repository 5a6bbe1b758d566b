package io.millrace.runtime.simulation;

import io.millrace.runtime.sink.MemoryBudget;
import io.millrace.runtime.sink.SinkSettings;
import io.millrace.runtime.sink.TransformChain;
import io.millrace.sinks.store.MemoryStore;
import io.millrace.sinks.store.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A world of one seed: it draws what happens next, a step of somebody or a fault, until it becomes
 * calm and everything that was begun must come to its end.
 */
class World {
  static final Duration PARK_AFTER = Duration.ofMinutes(10);
  static final Duration SETTLE_EVERY = Duration.ofSeconds(5);
  static final Duration LONGEST_REQUEST = Duration.ofSeconds(60);

  private static final int PROCESSES = 3;
  private static final int WRITERS = 2;
  private static final int DEEPEST = 3;

  private static final List<SimulatedStore.Answer> ANSWERS =
      List.of(
          SimulatedStore.Answer.REFUSED,
          SimulatedStore.Answer.UNANSWERED,
          SimulatedStore.Answer.LATE);
  private static final Map<SimulatedStore.Answer, Event> EVENTS =
      Map.of(
          SimulatedStore.Answer.REFUSED, Event.STORE_REFUSES,
          SimulatedStore.Answer.UNANSWERED, Event.STORE_UNANSWERED,
          SimulatedStore.Answer.LATE, Event.STORE_LATE);

  /** An effect that comes to pass at this time at the latest. */
  private record Late(long latest, Runnable effect) {}

  /** The dead letter of a record. */
  record Letter(LogPartition log, long offset) {}

  private final Dice dice;
  private final Mutation mutation;
  private final BufferAllocator vectors;
  private final SinkSettings settings;
  private final Journal journal = new Journal();
  private final SimulatedClock clock = new SimulatedClock();
  private final SimulatedLog log = new SimulatedLog(clock);
  private final ObjectStore store;
  private final SimulatedSource source;
  private final ChangeSource changes;
  private final SimulatedGroup group;
  private final Invariants invariants;
  private final Faults faults;
  private final List<SimulatedProcess> processes = new ArrayList<>();
  private final List<Late> late = new ArrayList<>();
  private final Set<Letter> letters = new HashSet<>();
  private final int trouble;
  private AssertionError violation;
  private boolean calm;
  private Instant calmSince;
  private int started;
  private int depth;

  /** A world on a store in memory. */
  World(long seed, Mutation mutation, BufferAllocator vectors, Path scratch) {
    this(seed, mutation, new MemoryStore(LONGEST_REQUEST), vectors, scratch);
  }

  World(long seed, Mutation mutation, ObjectStore store, BufferAllocator vectors, Path scratch) {
    this.dice = new Dice(seed);
    this.store = store;
    this.mutation = mutation;
    this.vectors = vectors;
    this.settings =
        new SinkSettings(
            SimulatedSource.RIDES.pipeline(),
            "lake",
            List.of(SimulatedSource.RIDES, SimulatedSource.ZONES, ChangeSource.FARES),
            Map.of(),
            TransformChain.NONE,
            WRITERS,
            PARK_AFTER,
            SETTLE_EVERY,
            scratch);
    this.trouble = 20 + 20 * dice.below(6);
    log.create(SimulatedSource.RIDES.topic(), 1 + dice.below(2));
    log.create(SimulatedSource.ZONES.topic(), 1);
    log.create(ChangeSource.FARES.changesTopic(), 1 + dice.below(2));
    this.source = new SimulatedSource(log, clock, dice, journal);
    this.changes = new ChangeSource(this);
    this.group = new SimulatedGroup(log, dice, journal);
    this.invariants = new Invariants(this);
    this.faults = new Faults(this);
  }

  /**
   * Lets so many events happen, and then everything come to its end.
   *
   * @throws AssertionError if an invariant does not hold, with the last events in words
   */
  void run(int events) {
    try {
      for (int i = 0; i < events; i++) {
        event();
        check();
      }
      calmDown();
      new CalmEnd(this).run();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + journal.lastEvents(), e);
    } finally {
      processes.forEach(SimulatedProcess::crash);
    }
  }

  void check() {
    if (violation != null) {
      throw violation;
    }
  }

  /** An invariant does not hold; whoever caused it may swallow what is thrown at it. */
  void violated(AssertionError error) {
    if (violation == null) {
      violation = error;
    }
  }

  private void event() {
    clock.pass(Duration.ofMillis(10 + dice.below(150)));
    landWhatIsDue();
    int draw = dice.below(1_000);
    if (draw < 270) {
      source.step();
    } else if (draw < 340) {
      changes.step();
    } else if (draw < 900) {
      stepSomebody();
    } else if (draw < 930) {
      land();
    } else if (draw < 940) {
      Duration time = Duration.ofSeconds(dice.once(3) ? 720 : 1 + dice.below(40));
      journal.note(Event.TIME_PASSES, "%s", time);
      clock.pass(time);
    } else {
      faults.strike();
    }
  }

  private void stepSomebody() {
    List<SimulatedProcess> up =
        processes.stream().filter(process -> !process.isDead() && !process.isPaused()).toList();
    if (up.isEmpty()) {
      start();
    } else {
      dice.oneOf(up).step();
    }
  }

  /** Starts one more process unless there are enough. */
  void start() {
    long alive = processes.stream().filter(process -> !process.isDead()).count();
    if (alive < PROCESSES) {
      int number = ++started;
      long memory = dice.once(3) && !calm ? 700 : 1 << 20;
      long disk = dice.once(2) ? 0 : 1 << 20;
      var process = new SimulatedProcess(this, number);
      journal.note(Event.PROCESS_STARTS, "%s", process);
      process.start(number, new MemoryBudget(memory, disk));
      if (!process.isDead()) {
        processes.add(process);
        group.join(process.consumer());
      }
    }
  }

  /** The group takes the process for dead. */
  void evict(SimulatedProcess process) {
    if (group.has(process.consumer())) {
      journal.note(Event.MEMBER_EVICTED, "%s", process);
      group.leave(process.consumer());
    }
  }

  /** Perhaps others go on now, before the process does: a moment, or long enough to be a zombie. */
  void meanwhile(SimulatedProcess process, String call) {
    if (calm || depth == DEEPEST || !dice.once(trouble)) {
      return;
    }
    boolean zombie = dice.once(8);
    int events = zombie ? 30 + dice.below(60) : 1 + dice.below(6);
    journal.note(Event.MEANWHILE, "%s waits for %d events", process, events);
    depth++;
    for (int i = 0; i < events; i++) {
      if (zombie) {
        clock.pass(Duration.ofSeconds(3));
      }
      event();
    }
    depth--;
    if (zombie && dice.once(3)) {
      process.crashIn(dice.below(12));
    }
  }

  /** What becomes of a call to the store. */
  SimulatedStore.Answer answer(SimulatedProcess process, String key) {
    if (calm || !dice.once(trouble)) {
      return SimulatedStore.Answer.YES;
    }
    var answer = dice.oneOf(ANSWERS);
    journal.note(EVENTS.get(answer), "%s: %s", process, key);
    return answer;
  }

  /** Whether a call that only looks gets no answer. */
  boolean refusesToShow(SimulatedProcess process, String key) {
    boolean refuses = !calm && dice.once(4 * trouble);
    if (refuses) {
      journal.note(Event.STORE_REFUSES, "%s: %s", process, key);
    }
    return refuses;
  }

  /** The effect comes to pass within the longest request. */
  void later(Runnable effect) {
    late.add(new Late(clock.millis() + dice.below((int) LONGEST_REQUEST.toMillis()), effect));
  }

  private void land() {
    if (!late.isEmpty()) {
      journal.note(Event.LANDS_LATE, "one of %d", late.size());
      late.remove(dice.below(late.size())).effect().run();
    }
  }

  /** What can come to pass no later does so. */
  void landWhatIsDue() {
    for (int i = late.size() - 1; i >= 0; i--) {
      if (i < late.size() && late.get(i).latest() <= clock.millis()) {
        journal.note(Event.LANDS_LATE, "in the end");
        late.remove(i).effect().run();
      }
    }
  }

  /** From now on nothing goes wrong. */
  void calmDown() {
    calm = true;
    calmSince = clock.instant();
  }

  /** Since when nothing goes wrong. */
  Instant calmSince() {
    return calmSince;
  }

  boolean isCalm() {
    return calm;
  }

  Dice dice() {
    return dice;
  }

  Mutation mutation() {
    return mutation;
  }

  BufferAllocator vectors() {
    return vectors;
  }

  /** Those of all processes of the sink. */
  SinkSettings settings() {
    return settings;
  }

  Journal journal() {
    return journal;
  }

  SimulatedClock clock() {
    return clock;
  }

  SimulatedLog log() {
    return log;
  }

  ObjectStore store() {
    return store;
  }

  /** The dead letters that were written. */
  Set<Letter> letters() {
    return letters;
  }

  SimulatedSource source() {
    return source;
  }

  ChangeSource changes() {
    return changes;
  }

  SimulatedGroup group() {
    return group;
  }

  Invariants invariants() {
    return invariants;
  }

  List<SimulatedProcess> processes() {
    return processes;
  }
}
