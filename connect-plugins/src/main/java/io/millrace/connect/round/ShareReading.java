package io.millrace.connect.round;

import io.millrace.connect.AttemptRecords;
import io.millrace.connect.Commission;
import io.millrace.connect.round.SlotProgress.Outcome;
import io.millrace.core.Attempt;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.SnapshotPoint;
import io.millrace.core.wire.Reading;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task's share of a round while it is read: which of its Partitions wait, how often each was
 * begun, and the records that each becomes.
 */
public final class ShareReading {
  private static final Logger LOG = LoggerFactory.getLogger(ShareReading.class);
  private static final Schema UNKNOWN = new Schema(List.of());

  private final Work work;
  private final RecordQueue queue;
  private final Nonces nonces;
  private final InstantSource clock;
  private final Deque<RoundUnit> waiting = new ArrayDeque<>();
  private final Map<Integer, Integer> attempts = new HashMap<>();
  private Instant lastRecord;
  private Instant lastEnd;

  /**
   * What a task is told.
   *
   * @param pointOrNull where what is read stands among the changes of the tables; null if these are
   *     not read
   * @param onFailure what becomes of a run that cannot be read
   */
  public record Work(
      Commission commission, TaskShare share, SnapshotPoint pointOrNull, OnFailure onFailure) {}

  /** The reading of a share, none of which is read yet. */
  public ShareReading(Work work, RecordQueue queue, Nonces nonces, InstantSource clock) {
    this.work = work;
    this.queue = queue;
    this.nonces = nonces;
    this.clock = clock;
    this.lastRecord = clock.instant();
    this.lastEnd = lastRecord;
    this.waiting.addAll(work.share().units());
  }

  /** Leaves out what Connect has seen the end of. */
  public void resume(StoredRounds stored) {
    stored
        .of(waiting.stream().map(RoundUnit::slot).toList())
        .forEach(
            (slot, progress) -> {
              if (progress.round().plan().equals(work.share().round().plan())) {
                attempts.put(slot, progress.attempt());
                waiting.removeIf(unit -> progress.isDone() && unit.slot() == slot);
              }
            });
  }

  /** What the task is told. */
  public Work work() {
    return work;
  }

  /** Whether all is read. */
  public boolean isDone() {
    return waiting.isEmpty();
  }

  /** When the latest record was handed over; when the reading began, if none was. */
  public Instant lastRecord() {
    return lastRecord;
  }

  /** When the latest Partition ended; when the reading began, if none has. */
  public Instant lastEnd() {
    return lastEnd;
  }

  /** Begins another attempt at the Partition that is next. */
  public Turn next() {
    return new Turn(waiting.getFirst());
  }

  /** Says that no more records come, and why. */
  public void fail(Throwable why) {
    queue.fail(why);
  }

  /** One attempt at a Partition. */
  public final class Turn {
    private final RoundUnit unit;
    private final Attempt attempt;
    private final SlotProgress progress;
    private AttemptRecords records;

    private Turn(RoundUnit unit) {
      this.unit = unit;
      int number = attempts.merge(unit.slot(), 1, Integer::sum);
      this.attempt = new Attempt(number, nonces.next(), clock.instant());
      this.progress =
          new SlotProgress(work.share().round(), unit.of(), number, new Outcome.Begun());
      this.records = records(UNKNOWN);
    }

    /** The Partition. */
    public RoundUnit unit() {
      return unit;
    }

    /** Its stream. */
    public String stream() {
      return unit.of().stream();
    }

    /** Says what its rows look like; to be called before any are handed over. */
    public void schema(Schema schema) {
      records = records(schema);
    }

    /** Hands over encoded rows. */
    public void data(byte[] value, int rows) throws InterruptedException {
      put(records.data(value, rows, progress.toOffset()));
    }

    /**
     * Ends it.
     *
     * @param rows the source's own count
     */
    public void end(long rows) throws InterruptedException {
      put(records.end(rows, progress.finished(rows).toOffset()));
      done();
      LOG.debug("Read {} rows of {}, attempt {}", rows, id(), attempt.number());
    }

    /**
     * Gives it up. The other Partitions of the run are of no use then, and are given up in their
     * turn.
     *
     * @throws MillraceException with the reason, if nothing is to be given up
     */
    public void giveUp(String reason) throws InterruptedException {
      if (work.onFailure() == OnFailure.FAIL) {
        throw MillraceException.lasting(MillraceException.Category.SOURCE, reason);
      }
      LOG.warn("Giving up {}: {}", id(), reason);
      put(records.failed(reason, progress.failed(reason).toOffset()));
      done();
      List<RoundUnit> others =
          waiting.stream().filter(other -> other.of().equals(unit.of())).toList();
      waiting.removeAll(others);
      others.forEach(other -> waiting.addFirst(other.failed(reason)));
    }

    /** The same for a failure; one that may pass, or that nothing is given up for, is thrown. */
    public void giveUp(MillraceException failure) throws InterruptedException {
      if (failure.retriable() || work.onFailure() == OnFailure.FAIL) {
        throw failure;
      }
      giveUp(failure.getMessage());
    }

    private void put(SourceRecord record) throws InterruptedException {
      queue.put(record);
      lastRecord = clock.instant();
    }

    private void done() {
      waiting.remove(unit);
      lastEnd = clock.instant();
    }

    private AttemptRecords records(Schema schema) {
      return new AttemptRecords(
          new Reading(
              id(), unit.planSize(), unit.partition().bounds(), attempt, work.pointOrNull()),
          schema,
          StoredRounds.sourcePartition(work.commission().pipeline(), unit.slot()));
    }

    private Unit id() {
      return new Unit(
          new StreamId(work.commission().pipeline(), stream()),
          unit.run(),
          work.share().round().plan(),
          unit.partition().id());
    }
  }
}
