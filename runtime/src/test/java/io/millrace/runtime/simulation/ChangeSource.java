package io.millrace.runtime.simulation;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.runtime.simulation.Changes.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The source of a change stream: transactions are committed, a task sends their changes and dies,
 * the next one goes on from what was stored last, and those that died go on sending for a while.
 */
final class ChangeSource {
  static final StreamId FARES = new StreamId("sim", "fares");
  static final int BUCKETS = 2;
  private static final int TRANSACTIONS_PER_RUN = 8;
  private static final int MOST_TRANSACTIONS = 20;

  private final SimulatedLog log;
  private final SimulatedClock clock;
  private final Dice dice;
  private final Journal journal;
  private final BufferAllocator allocator;
  private final List<List<Change>> transactions = new ArrayList<>();
  private final List<ChangeTask> dead = new ArrayList<>();
  private final Map<PlanId, Generation> known = new HashMap<>();
  private Generation generation;
  private ChangeTask.Offset stored;
  private ChangeTask task;
  private int generations;
  private int ids;

  ChangeSource(World world) {
    this.log = world.log();
    this.clock = world.clock();
    this.dice = world.dice();
    this.journal = world.journal();
    this.allocator = world.vectors();
    beginGeneration();
  }

  /** A new slot, and nothing of it sent. */
  private void beginGeneration() {
    generation =
        new Generation(
            new PlanId(SimulatedClock.BEGINNING + ++generations, "g" + generations),
            "7001",
            "slot",
            BUCKETS,
            List.of("id"),
            KeyHash.NAME);
    known.put(generation.id(), generation);
    dead.clear();
    stored = ChangeTask.Offset.beginning(BUCKETS);
    task = null;
  }

  /** A bucket of the generation that is read now. */
  Bucket bucket(int number) {
    return new Bucket(FARES, generation, number);
  }

  /** A bucket of any generation there was. */
  Bucket bucket(PlanId id, int number) {
    return new Bucket(FARES, known.get(id), number);
  }

  /** The RunInstance that a transaction's changes belong to. */
  static RunId run(long commit) {
    return new RunId("w" + commit / TRANSACTIONS_PER_RUN);
  }

  static Progress progress(long commit) {
    return new Progress(run(commit), Instant.ofEpochSecond(commit));
  }

  /** The changes of a bucket that lie behind one position and not behind another. */
  List<Change> changes(int bucket, Position after, Position last) {
    return transactions.stream()
        .flatMap(List::stream)
        .filter(change -> change.bucket() == bucket)
        .filter(
            change ->
                change.position().compareTo(after) > 0 && change.position().compareTo(last) <= 0)
        .toList();
  }

  /** The changes of one transaction, which are numbered from 1. */
  List<Change> transaction(long commit) {
    return transactions.get((int) commit - 1);
  }

  long lastCommit() {
    return transactions.size();
  }

  /** One thing happens at the source. */
  void step() {
    if (task == null) {
      begin();
    } else if (!dead.isEmpty() && dice.once(12)) {
      ChangeTask zombie = dice.oneOf(dead);
      journal.note(Event.CHANGE_TASK_IS_BACK, "%s", zombie);
      if (zombie.step(dice) == ChangeTask.Step.ABORTED) {
        dead.remove(zombie);
      }
    } else if (dice.once(3) && transactions.size() < MOST_TRANSACTIONS) {
      commit();
    } else if (dice.once(20)) {
      stored = task.flush();
    } else if (dice.once(40)) {
      journal.note(Event.CHANGE_TASK_DIES, "%s", task);
      dead.add(task);
      task = null;
    } else if (task.step(dice) == ChangeTask.Step.ABORTED) {
      task = null;
    }
  }

  /** Some changes are committed. */
  void commit() {
    long commit = transactions.size() + 1L;
    transactions.add(
        IntStream.range(0, 1 + dice.below(4))
            .mapToObj(i -> new Change(new Position(commit, i), dice.below(BUCKETS), ++ids))
            .toList());
    journal.note(Event.CHANGES, "%s", transaction(commit));
  }

  private void begin() {
    task = new ChangeTask(this, log, clock, allocator, stored, dice.once(3));
    journal.note(Event.CHANGE_TASK, "%s", task);
  }

  Journal journal() {
    return journal;
  }

  /** All that was committed is sent, and closed by ticks; nothing goes wrong. */
  void quiet() {
    dead.forEach(ChangeTask::abort);
    dead.clear();
    if (task != null) {
      task.abort();
    }
    task = new ChangeTask(this, log, clock, allocator, stored, /* transactional= */ false);
    finish();
  }

  /** Time has passed, and nothing has changed. */
  void tick() {
    finish();
  }

  /** Whatever becomes of the log: everything once more, under a new name. */
  void heal() {
    beginGeneration();
    task = new ChangeTask(this, log, clock, allocator, stored, /* transactional= */ false);
    finish();
  }

  private void finish() {
    for (int i = 0; i < TRANSACTIONS_PER_RUN; i++) {
      transactions.add(List.of());
    }
    task.sendAll();
    stored = task.flush();
  }
}
