package io.millrace.connect.debezium.read;

import io.millrace.connect.change.BucketChains;
import io.millrace.connect.change.ChangeRecords;
import io.millrace.connect.change.CommitWindows;
import io.millrace.connect.debezium.DebeziumOptions;
import io.millrace.connect.debezium.event.ChangeEvent;
import io.millrace.connect.debezium.event.EventOrder;
import io.millrace.connect.debezium.event.SnapshotState;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.change.Position;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What Debezium sends becomes batches, and these records. A checkpoint is made where a record with
 * another offset than the one before it comes, and only there: two events may share an offset, as
 * those of a key that changes do, and only the second of them says that the first is past. Not
 * thread-safe.
 */
final class EventStream implements AutoCloseable {
  /** So many bytes may lie in open batches. */
  private static final long MOST_OPEN = 48L << 20;

  private final Checkpoint from;
  private final ChangeRecords records;
  private final CommitWindows windows;
  private final InstantSource clock;
  private final Duration batchAge;
  private final Duration tick;
  private final TableStreams tables;

  /** The latest offset of each of the connector's partitions. */
  private final Map<Map<String, ?>, Map<String, ?>> offsets;

  private EventOrder order;
  private SourceRecord latest;
  private Position latestEvent = Position.START;
  private Checkpoint checkpoint;

  /** The transaction that the latest event was in. */
  private long eventPlace;

  private long ticked;
  private long openBytes;
  private Instant lastClosed;
  private Instant lastTick;

  /**
   * Where events go.
   *
   * @param pipeline whose streams they belong to
   * @param from what was sent before
   * @param windows the runs of changes, at the latest commit of the checkpoint
   * @param records takes what is made
   */
  record Destination(
      String pipeline, Checkpoint from, CommitWindows windows, ChangeRecords records) {}

  /** A stream that has got nothing yet. */
  EventStream(
      Destination to, DebeziumOptions options, BufferAllocator allocator, InstantSource clock) {
    this.from = to.from();
    this.records = to.records();
    this.windows = to.windows();
    this.clock = clock;
    this.batchAge = options.changes().batchAge();
    this.tick = options.changes().tick();
    this.tables = new TableStreams(options, to.pipeline(), from, allocator, this::addBatch);
    this.offsets = new HashMap<>(from.offsets());
    this.checkpoint = from;
    this.eventPlace = tables.latestPlace();
    this.lastClosed = clock.instant();
    this.lastTick = lastClosed;
  }

  /** Takes what Debezium has sent, which may be nothing. */
  void take(List<SourceRecord> sent) throws InterruptedException {
    for (SourceRecord record : sent) {
      take(record);
    }
    Instant now = clock.instant();
    if (isDue(now)) {
      closeBatches(now);
    }
    boolean silent = sent.stream().noneMatch(record -> ChangeEvent.in(record).isPresent());
    if (silent && !now.isBefore(lastTick.plus(tick))) {
      closeBatches(now);
      tickAll(now);
    }
  }

  private void take(SourceRecord record) throws InterruptedException {
    Map<String, ?> offset = record.sourceOffset();
    ChangeEvent event = ChangeEvent.in(record).orElse(null);
    if (order == null) {
      order = EventOrder.of(offset, from.place());
    }
    if (event == null && order.isBehind(offset)) {
      return;
    }
    Instant now = clock.instant();
    if (isDue(now) && isPast(record)) {
      closeBatches(now);
      reached(checkpoint(windows.progress().latestCommit(), order.reached()));
    }
    long reached = order.reached();
    order.take(offset, event);
    if (order.place() > eventPlace) {
      goOn(event, reached, now);
    }
    if (event != null) {
      add(event, now);
    }
    offsets.put(record.sourcePartition(), offset);
    latest = record;
  }

  /** Whether no event can come any more that has the latest offset. */
  private boolean isPast(SourceRecord next) {
    return latest != null
        && !(next.sourceOffset().equals(latest.sourceOffset())
            && next.sourcePartition().equals(latest.sourcePartition()));
  }

  /** All transactions before the one that comes now are whole. */
  private void goOn(ChangeEvent eventOrNull, long reached, Instant now)
      throws InterruptedException {
    Instant before = windows.progress().latestCommit();
    if (eventOrNull != null && windows.isBegunBy(eventOrNull.committedAt())) {
      closeBatches(now);
      windows.advance(eventOrNull.committedAt());
      tickAll(now);
      reached(checkpoint(before, reached));
      return;
    }
    if (order.place() != ticked && !now.isBefore(lastTick.plus(tick))) {
      closeBatches(now);
      tickAll(now);
      reached(checkpoint(before, reached));
    }
    if (eventOrNull != null) {
      windows.advance(eventOrNull.committedAt());
    }
  }

  private void add(ChangeEvent event, Instant now) throws InterruptedException {
    if (event.isIncremental()) {
      throw MillraceException.lasting(
          Category.SOURCE,
          "Cannot take a row of %s from an incremental snapshot: its place among the changes is not known; begin anew instead: millrace drop FILE --slot"
              .formatted(event.table()));
    }
    var position = new Position(order.place(), order.index());
    if (position.compareTo(latestEvent) <= 0) {
      throw MillraceException.lasting(
          Category.PROTOCOL,
          "An event of %s came at %s, behind one at %s: Debezium's events are not in order"
              .formatted(event.table(), position, latestEvent));
    }
    latestEvent = position;
    eventPlace = order.place();
    openBytes += tables.add(event, position);
    if (openBytes > MOST_OPEN) {
      closeBatches(now);
    }
  }

  private boolean isDue(Instant now) {
    return !now.isBefore(lastClosed.plus(batchAge));
  }

  private void closeBatches(Instant now) throws InterruptedException {
    tables.closeBatches();
    openBytes = 0;
    lastClosed = now;
  }

  private void addBatch(BucketChains stream, ChangeRecords.Batch batch) {
    records.add(stream, batch, windows.progress());
  }

  /**
   * Tells every bucket how far the log was read. A silent source may not say that its latest
   * transaction is over: then it is as far as the latest event.
   */
  private void tickAll(Instant now) {
    lastTick = now;
    if (order == null) {
      return;
    }
    ticked = order.place();
    Position upTo = ticked > eventPlace ? new Position(ticked - 1, 0) : latestEvent;
    for (BucketChains stream : tables.known()) {
      records.tick(stream, windows.progress(), upTo);
    }
  }

  private void reached(Checkpoint latestOne) {
    checkpoint = latestOne;
    records.reached(latestOne.toOffset());
  }

  /** From where Debezium is to be started again, once the records so far are delivered. */
  Checkpoint checkpoint() {
    return checkpoint;
  }

  /** What is so before the record that comes now; a snapshot has to be whole. */
  private Checkpoint checkpoint(Instant latestCommit, long reached) {
    boolean isSnapshot = offsets.values().stream().anyMatch(SnapshotState::isRunning);
    return from.at(isSnapshot ? Map.of() : offsets, reached, latestCommit, tables.chains());
  }

  @Override
  public void close() {
    tables.close();
  }
}
