package io.millrace.connect.postgres.changes;

import io.millrace.connect.change.ChangeRecords;
import io.millrace.connect.change.CommitWindows;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.connect.postgres.slot.ResnapshotSignal;
import io.millrace.connect.postgres.wal.ChangeReader;
import io.millrace.connect.postgres.wal.ChangeSettings;
import io.millrace.connect.postgres.wal.EncodedChanges;
import io.millrace.connect.postgres.wal.WalTransaction;
import io.millrace.core.change.Progress;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The reading of a slot: its messages become batches, and these records. All batches are closed
 * together, every now and then, so that between two transactions there are moments when nothing is
 * open: checkpoints. Not thread-safe.
 */
final class ChangeStream implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** So many bytes of messages may lie in open batches. */
  private static final long MOST_OPEN = 48L << 20;

  private static final int LOOK_EVERY = 1024;

  private final Opened opened;
  private final CommitWindows windows;
  private final ChangeRecords records;
  private final ChangeReader reader;
  private final InstantSource clock;
  private final Duration batchAge;
  private final Duration tick;
  private final ResnapshotSignal signal;

  private Checkpoint checkpoint;
  private Instant lastClosed;
  private Instant lastTick;
  private long reached;
  private long ticked;
  private long openBytes;
  private int messages;

  /**
   * What is open at the server.
   *
   * @param checkpoint from where it is read
   * @param log the slot's messages from there on
   * @param tables the streams as they were there
   * @param heartbeat keeps the log moving
   */
  record Opened(
      Checkpoint checkpoint,
      CommitWindows windows,
      SlotLog log,
      TableStreams tables,
      Heartbeat heartbeat) {}

  /** A stream that has read nothing yet; closes what was opened. */
  ChangeStream(
      Opened opened,
      ChangeRecords records,
      PostgresOptions options,
      BufferAllocator allocator,
      InstantSource clock) {
    this.opened = opened;
    this.records = records;
    this.windows = opened.windows();
    this.clock = clock;
    this.batchAge = options.changes().batchAge();
    this.tick = options.changes().tick();
    this.signal = new ResnapshotSignal(opened.checkpoint().generation().slot());
    this.checkpoint = opened.checkpoint();
    this.reached = checkpoint.lsn();
    this.ticked = reached;
    this.lastClosed = clock.instant();
    this.lastTick = lastClosed;
    var settings =
        new ChangeSettings(
            opened.checkpoint().generation().buckets(),
            options.batchBytes().bytes(),
            options.onUnrepresentable());
    this.reader =
        new ChangeReader(opened.tables(), settings, allocator, new Transactions(), this::addBatch);
  }

  /**
   * Reads until there are records, or for a while.
   *
   * @param confirmed up to where the slot may be confirmed
   */
  void read(Duration patience, long confirmed) throws SQLException, InterruptedException {
    Instant until = clock.instant().plus(patience);
    opened.log().confirm(confirmed);
    while (records.isEmpty() && clock.instant().isBefore(until)) {
      ByteBuffer message = opened.log().next();
      if (message == null) {
        if (!reader.isWithinTransaction()) {
          reach(opened.log().received());
        }
        look();
        if (records.isEmpty()) {
          Thread.sleep(PAUSE.toMillis());
        }
      } else {
        openBytes += message.remaining();
        reader.read(message);
        messages++;
        if (messages % LOOK_EVERY == 0 || openBytes > MOST_OPEN) {
          reach(reader.committedTo());
          look();
        }
      }
    }
  }

  private void reach(long place) {
    if (Long.compareUnsigned(place, reached) > 0) {
      reached = place;
    }
  }

  /** Does what it is time for. */
  private void look() throws SQLException, InterruptedException {
    Instant now = clock.instant();
    opened.heartbeat().beatIfSilent(now);
    boolean due = openBytes > MOST_OPEN || !now.isBefore(lastClosed.plus(batchAge));
    if (reader.isWithinTransaction()) {
      if (due) {
        closeBatches(now);
      }
    } else if (!now.isBefore(lastTick.plus(tick)) && reached != ticked) {
      closeBatches(now);
      tickAll(reached, now);
      reached(checkpoint(reached, windows.progress()));
    } else if (due && openBytes > 0) {
      closeBatches(now);
      reached(checkpoint(reached, windows.progress()));
    }
  }

  private void closeBatches(Instant now) throws InterruptedException {
    reader.closeBatches();
    openBytes = 0;
    lastClosed = now;
  }

  private final class Transactions implements ChangeReader.Transactions {
    @Override
    public void begin(WalTransaction transaction) throws InterruptedException {
      ChangeStream.this.begin(transaction);
    }

    @Override
    public void message(WalTransaction transaction, String prefix, byte[] content) {
      signal.stream(prefix, content).ifPresent(opened.tables()::askForResnapshot);
    }
  }

  /** A transaction that begins another window ends all batches of the one before. */
  private void begin(WalTransaction transaction) throws InterruptedException {
    Instant now = clock.instant();
    opened.heartbeat().heard(now);
    opened.tables().begin(transaction.commitLsn());
    if (!windows.isBegunBy(transaction.committedAt())) {
      windows.advance(transaction.committedAt());
      return;
    }
    long place = transaction.commitLsn();
    closeBatches(now);
    Progress before = windows.progress();
    windows.advance(transaction.committedAt());
    reach(place);
    tickAll(place, now);
    reached(checkpoint(place, before));
  }

  private void addBatch(EncodedChanges batch) {
    records.add(
        opened.tables().of(batch.table()).chains(),
        new ChangeRecords.Batch(
            batch.bucket(),
            batch.first(),
            batch.last(),
            batch.schema(),
            batch.rows(),
            batch.value()),
        windows.progress());
  }

  private void tickAll(long place, Instant now) {
    ticked = place;
    lastTick = now;
    for (TableStream stream : opened.tables().all()) {
      records.tick(stream.chains(), windows.progress(), Lsn.before(place));
    }
  }

  private void reached(Checkpoint latest) {
    checkpoint = latest;
    records.reached(latest.toOffset());
  }

  /** From where the log is to be read again, once the records so far are delivered. */
  Checkpoint checkpoint() {
    return checkpoint;
  }

  private Checkpoint checkpoint(long place, Progress progress) {
    return new Checkpoint(
        opened.checkpoint().generation(),
        opened.checkpoint().timeline(),
        place,
        progress.latestCommit(),
        opened.tables().chains(),
        opened.tables().gone());
  }

  /** Breaks the sessions, also under a thread that waits for them. */
  void abort() {
    opened.log().close();
    opened.tables().close();
  }

  @Override
  public void close() {
    abort();
    reader.close();
  }
}
