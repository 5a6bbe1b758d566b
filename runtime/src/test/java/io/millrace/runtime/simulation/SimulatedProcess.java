package io.millrace.runtime.simulation;

import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.SinkContext;
import io.millrace.runtime.sink.MemoryBudget;
import io.millrace.runtime.sink.SinkEvents;
import io.millrace.runtime.sink.SteppedRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;

/** One process of a sink, made of the real parts; each of its threads takes a step when told to. */
final class SimulatedProcess {
  private static final int MOST_RETRIES = 2_000;

  private final World world;
  private final String name;
  private final GroupConsumer consumer;
  private final SteppedThreads lookUps;
  private final SteppedThreads writers;
  private final SteppedThreads settler;
  private final SteppedThreads overdue;
  private final SteppedThreads fetches;
  private final SteppedThreads letters;
  private final Map<TopicPartition, LaneView> lanes = new HashMap<>();
  private final Set<Unit> rested = new HashSet<>();
  private final Set<Bucket> halted = new HashSet<>();
  private SteppedRuntime runtime;
  private boolean turning;
  private boolean dead;
  private boolean paused;
  private boolean buried;
  private int steps;
  private int retries;
  private int callsLeft = Integer.MAX_VALUE;

  /** What this process has read and let pass of one lane. */
  static final class LaneView {
    final LogPartition log;
    long passed;

    LaneView(LogPartition log, long from) {
      this.log = log;
      this.passed = from;
    }
  }

  SimulatedProcess(World world, int number) {
    this.world = world;
    this.name = "process " + number;
    this.consumer = new GroupConsumer(world, this);
    this.lookUps = new SteppedThreads(world.clock(), 1);
    this.writers = new SteppedThreads(world.clock(), 2);
    this.settler = new SteppedThreads(world.clock(), 1);
    this.overdue = new SteppedThreads(world.clock(), 1);
    this.fetches = new SteppedThreads(world.clock(), 1);
    this.letters = new SteppedThreads(world.clock(), 1);
  }

  /** Opens the target and joins the group; a target that does not answer ends the process. */
  void start(int number, MemoryBudget budget) {
    var context =
        new SinkContext(
            "sim",
            "lake",
            SinkContext.SNAPSHOT,
            "cluster",
            Path.of("."),
            new Nonces(world.dice().split()),
            world.clock());
    steps++;
    try {
      var store = new SimulatedStore(world, this);
      var sink = new SimulatedSink(store, context, "v" + number % 2, world.mutation());
      var ground =
          new SteppedRuntime.Ground(
              () -> world.mutation().reader(world.log()),
              lookUps,
              writers,
              settler,
              overdue,
              fetches,
              this::sendLetter,
              world.clock(),
              world.vectors(),
              budget);
      runtime =
          new SteppedRuntime(
              world.settings(), sink, ground, consumer, world.log()::ids, new Events());
      consumer.tell(runtime.lanes());
      runtime.start();
    } catch (Crash | MillraceException e) {
      dead = true;
    } finally {
      steps--;
    }
  }

  boolean isDead() {
    return dead;
  }

  boolean isPaused() {
    return paused;
  }

  /** Whether nothing of it is under way. */
  boolean isBetweenSteps() {
    return steps == 0;
  }

  GroupConsumer consumer() {
    return consumer;
  }

  /** Stops or goes on; a process that is stopped does not know. */
  void pause(boolean stopped) {
    paused = stopped;
  }

  /** It will die before or after one of its next calls to the store. */
  void crashIn(int calls) {
    callsLeft = calls;
  }

  void crash() {
    dead = true;
    bury();
  }

  /** Stops in order. */
  void stop() {
    runtime.stop();
    dead = true;
    bury();
  }

  private void bury() {
    if (dead && !buried && steps == 0) {
      buried = true;
      if (runtime != null) {
        runtime.bury();
      }
    }
  }

  private List<SteppedThreads> threads() {
    return List.of(lookUps, writers, settler, overdue, fetches, letters);
  }

  private List<Runnable> due() {
    var due = new ArrayList<Runnable>();
    if (!turning) {
      due.add(this::turn);
    }
    for (SteppedThreads threads : threads()) {
      if (threads.canStep()) {
        due.add(threads::step);
      }
    }
    return due;
  }

  /** One of its threads takes a step, unless all of them are under way. */
  void step() {
    List<Runnable> due = due();
    if (!due.isEmpty()) {
      step(world.dice().oneOf(due));
    }
  }

  /** All of its threads take all steps that are due; says whether there were any. */
  boolean stepAll() {
    long before = consumer.read();
    step(this::turn);
    boolean went = consumer.read() > before;
    for (SteppedThreads threads : threads()) {
      went |= stepAll(threads);
    }
    return went;
  }

  /** Reads what there is, loads what is complete and settles what is whole. */
  void work() {
    takeTurn();
    lookUp();
    load();
    settle();
  }

  /** Does all that is due, until nothing is. */
  void workOff() {
    while (stepAll()) {
      world.check();
    }
  }

  /** The consumer's thread takes its turn. */
  void takeTurn() {
    step(this::turn);
  }

  /** What it asks the ledger is answered, and heard. */
  void lookUp() {
    stepAll(lookUps);
    takeTurn();
  }

  /** What is complete is loaded, and that is heard. */
  void load() {
    stepAll(writers);
    takeTurn();
  }

  /** It looks after open plans, and reads those that are overdue. */
  void settle() {
    world.clock().pass(World.SETTLE_EVERY.plusSeconds(1));
    stepAll(settler);
    stepAll(overdue);
  }

  /** The dead letters that are waiting are written, and that is heard. */
  void writeLetters() {
    stepAll(letters);
    takeTurn();
  }

  /** It looks after the plans of what it has just loaded, and after no others. */
  void settleLoaded() {
    stepAll(settler);
  }

  private boolean stepAll(SteppedThreads threads) {
    boolean went = false;
    while (!dead && threads.canStep()) {
      step(threads::step);
      went = true;
    }
    return went;
  }

  private void step(Runnable work) {
    if (steps == 0) {
      retries = 0;
    }
    steps++;
    try {
      work.run();
    } catch (Crash e) {
      // It is dead, and knows nothing of it.
    } catch (RuntimeException | Error e) {
      world.violated(new AssertionError(name + " fails: " + e, e));
    } finally {
      steps--;
    }
    bury();
  }

  private void turn() {
    turning = true;
    try {
      runtime.turn();
    } finally {
      turning = false;
    }
  }

  /** It is about to call the store for this object. */
  void calls(String key) {
    count();
    world.meanwhile(this, key);
    if (dead) {
      throw new Crash();
    }
  }

  /** The store has done what it was called for, and has said so. */
  void called() {
    count();
  }

  private void count() {
    if (!dead && !world.isCalm() && callsLeft != Integer.MAX_VALUE && --callsLeft < 0) {
      world.journal().note(Event.CRASH_IN_CALL, "%s", name);
      dead = true;
    }
    if (dead) {
      throw new Crash();
    }
  }

  private void sendLetter(
      TopicPartition lane, long offset, BooleanSupplier wanted, Runnable written) {
    LogPartition log =
        lanes.containsKey(lane)
            ? lanes.get(lane).log
            : world.log().find(lane).orElseThrow(); // found there by a reader
    Runnable write =
        () -> {
          if (wanted.getAsBoolean()) {
            world.letters().add(new World.Letter(log, offset));
            world.journal().note(Event.LETTER, "%s: %s at %d", name, lane, offset);
          }
        };
    world.mutation().sendLetter(letters, write, written);
  }

  /** The lane is read from here on. */
  void begins(LogPartition log, long from) {
    lanes.put(log.name(), new LaneView(log, from));
  }

  LaneView lane(TopicPartition lane) {
    return lanes.get(lane);
  }

  boolean isParkedOrHeld(TopicPartition lane, Unit unit) {
    return runtime.isParkedOrHeld(lane, unit);
  }

  /** Whether the unit was ever parked or held here. */
  boolean hasRested(Unit unit) {
    return rested.contains(unit);
  }

  /** Whether the bucket was ever halted here. */
  boolean hasHalted(Bucket bucket) {
    return halted.contains(bucket);
  }

  @Override
  public String toString() {
    return name;
  }

  private final class Events implements SinkEvents {
    @Override
    public void unitLoaded(UnitMarker marker) {
      world.journal().note(Event.LOADED, "%s: %s", name, marker.unit());
      if (!marker.log().elsewhere().isEmpty()) {
        world
            .journal()
            .note(Event.SPLIT_LOADED, "%s: %s from %s", name, marker.unit(), marker.log());
      }
    }

    @Override
    public void unitSkipped(Unit unit) {
      world.journal().note(Event.SKIPPED, "%s: %s", name, unit);
    }

    @Override
    public void planState(OpenPlan plan, PlanState state) {
      if (state instanceof PlanState.Live || state instanceof PlanState.Superseded) {
        world.journal().note(Event.CLOSED, "%s: %s", name, state);
      }
    }

    @Override
    public void attemptDiscarded(Unit unit, String nonce, String reason) {
      world.journal().note(Event.DISCARDED, "%s: %s attempt %s: %s", name, unit, nonce, reason);
    }

    @Override
    public void unitHeld(Unit unit, String reason) {
      rested.add(unit);
      world.journal().note(Event.HELD, "%s: %s: %s", name, unit, reason);
    }

    @Override
    public void unitParked(Unit unit, String reason) {
      rested.add(unit);
      world.journal().note(Event.PARKED, "%s: %s: %s", name, unit, reason);
    }

    @Override
    public void unitReread(Unit unit) {
      world.journal().note(Event.REREAD, "%s: %s", name, unit);
    }

    @Override
    public void cutLoaded(ChangeEntry entry) {
      world.journal().note(Event.CUT_LOADED, "%s: %s", name, entry.cut());
    }

    @Override
    public void bucketReread(Bucket bucket, Position behind) {
      world.journal().note(Event.BUCKET_REREAD, "%s: %s behind %s", name, bucket, behind);
    }

    @Override
    public void bucketHalted(Bucket bucket, String reason) {
      halted.add(bucket);
      world.journal().note(Event.BUCKET_HALTED, "%s: %s: %s", name, bucket, reason);
    }

    @Override
    public void planReread(PlannedRun plan) {
      world.journal().note(Event.PLAN_REREAD, "%s: %s", name, plan);
    }

    @Override
    public void retrying(String what, Throwable cause) {
      if (dead) {
        throw new Crash();
      }
      if (++retries > MOST_RETRIES) {
        world.violated(new AssertionError(name + " never ends to " + what, cause));
        dead = true;
        throw new Crash();
      }
    }

    @Override
    public void failed(Throwable cause) {
      if (!dead) {
        world.violated(new AssertionError(name + " stops for good: " + cause, cause));
      }
    }
  }
}
