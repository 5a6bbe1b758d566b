package io.millrace.runtime.simulation;

import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.change.Span;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.runtime.simulation.Changes.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;

/** Reads the transactions of a source from a stored offset on, and sends their changes. */
final class ChangeTask {
  /** What a step came to. */
  enum Step {
    WENT_ON,
    ABORTED
  }

  /**
   * What a task stores: the last transaction that was sent whole, and where each bucket's last
   * record ends.
   */
  record Offset(long commit, List<Position> after) {
    static Offset beginning(int buckets) {
      return new Offset(0, IntStream.range(0, buckets).mapToObj(i -> Position.START).toList());
    }
  }

  /** Greater than the index of every change in its transaction. */
  private static final long END = 999;

  private final ChangeSource source;
  private final SimulatedLog log;
  private final SimulatedClock clock;
  private final BufferAllocator allocator;
  private final boolean transactional;
  private final Position[] after;
  private final List<List<Change>> open;
  private long commit;
  private Transaction transaction;

  ChangeTask(
      ChangeSource source,
      SimulatedLog log,
      SimulatedClock clock,
      BufferAllocator allocator,
      Offset from,
      boolean transactional) {
    this.source = source;
    this.log = log;
    this.clock = clock;
    this.allocator = allocator;
    this.transactional = transactional;
    this.after = from.after().toArray(Position[]::new);
    this.open =
        Arrays.stream(after).map(position -> (List<Change>) new ArrayList<Change>()).toList();
    this.commit = from.commit();
  }

  /** Takes a transaction in, sends a batch, ends a transaction of Kafka's, or lets time pass. */
  Step step(Dice dice) {
    if (transaction != null && dice.once(4)) {
      boolean committed = !dice.once(6);
      source
          .journal()
          .note(committed ? Event.TRANSACTION_COMMITS : Event.TRANSACTION_ABORTS, "%s", this);
      end(committed);
      return committed ? Step.WENT_ON : Step.ABORTED;
    }
    if (dice.once(2)) {
      int bucket = dice.below(after.length);
      int most = dice.once(2) ? Integer.MAX_VALUE : 1;
      send(bucket, most, dice.once(60) ? Values.GARBLED : null);
    } else if (commit < source.lastCommit()) {
      take();
    } else {
      tickAll();
    }
    return Step.WENT_ON;
  }

  private void take() {
    long next = commit + 1;
    if (!ChangeSource.run(next).equals(ChangeSource.run(commit))) {
      tickAll(next);
    }
    commit = next;
    source.transaction(commit).forEach(change -> open.get(change.bucket()).add(change));
  }

  private void tickAll() {
    tickAll(commit);
  }

  /** Sends what is open, and tells every bucket that the run of this transaction has begun. */
  private void tickAll(long inRunOf) {
    Position last = new Position(commit, END);
    for (int bucket = 0; bucket < after.length; bucket++) {
      send(bucket, Integer.MAX_VALUE, null);
      Position end = last.compareTo(after[bucket]) < 0 ? after[bucket] : last;
      Bucket of = source.bucket(bucket);
      append(
          new ChangeHeader.Tick(
              of, ChangeSource.progress(inRunOf), after[bucket], end, Changes.FINGERPRINT),
          Changes.NONE);
      after[bucket] = end;
    }
  }

  /** Sends so many changes of a bucket, if there are any; garbage in their place if given. */
  private void send(int bucket, int most, byte[] garbage) {
    List<Change> all = open.get(bucket);
    if (all.isEmpty()) {
      return;
    }
    List<Change> changes = all.subList(0, Math.min(most, all.size()));
    Position first = changes.get(0).position();
    Position last = changes.get(changes.size() - 1).position();
    var header =
        new ChangeHeader.Data(
            source.bucket(bucket),
            ChangeSource.progress(last.commit()),
            new Span(after[bucket], first, last),
            Changes.FINGERPRINT,
            changes.size());
    append(header, garbage == null ? Changes.batch(changes, allocator) : garbage);
    after[bucket] = last;
    changes.clear();
  }

  private void append(ChangeHeader header, byte[] value) {
    if (transactional && transaction == null) {
      transaction = new Transaction();
    }
    source
        .journal()
        .note(value == Values.GARBLED ? Event.GARBLED_CHANGES : Event.SEND_CHANGES, "%s", header);
    log.append(header, value, transaction);
  }

  /** Sends all that is open; what may be stored then. */
  Offset flush() {
    for (int bucket = 0; bucket < after.length; bucket++) {
      send(bucket, Integer.MAX_VALUE, null);
    }
    end(/* committed= */ true);
    return new Offset(commit, List.of(after.clone()));
  }

  /** Sends all that is committed, with a tick at the end. */
  void sendAll() {
    while (commit < source.lastCommit()) {
      take();
    }
    tickAll();
    end(/* committed= */ true);
  }

  void abort() {
    end(/* committed= */ false);
  }

  private void end(boolean committed) {
    if (transaction != null) {
      Transaction ended = transaction;
      transaction = null;
      ended.end(committed);
      ended.firsts().keySet().forEach(partition -> partition.end(ended));
    }
  }

  @Override
  public String toString() {
    return "changes from transaction %d on at %d".formatted(commit, clock.millis());
  }
}
