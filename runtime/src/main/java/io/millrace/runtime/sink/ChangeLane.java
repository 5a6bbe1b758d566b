package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.ChangeEntry.LogMark;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.runtime.bucket.BucketAction;
import io.millrace.runtime.bucket.ChangeRecord;
import io.millrace.runtime.bucket.ChangeWorker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A lane of changes: does what its {@link ChangeWorker} decides. While the ledger has not answered
 * for the bucket of a record, that record and all behind it wait, and no more are asked for: so
 * every bucket is cut alike whoever begins to read it, and when.
 */
final class ChangeLane implements Lane {
  /** A bucket whose records come no more, though some are held, may have moved to another lane. */
  private static final Duration STALE_AFTER = Duration.ofMinutes(1);

  /** What is missing of a bucket may come by another process, or be decided to be done without. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

  private static final String NOBODY = "";

  private record Waiting(ConsumerRecord<byte[], byte[]> record, ChangeHeader header) {}

  private final LanePlace place;
  private final StreamId stream;
  private final ChangeWorker worker;
  private final ChangeServices services;
  private final LaneLetters letters;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private final CutBuffers buffers;
  private final Map<Bucket, BucketReader> readers = new HashMap<>();

  /** Where in the log the buckets' chains end. */
  private final Map<Bucket, LogMark> marks = new HashMap<>();

  private final Map<Bucket, Instant> lastSeen = new HashMap<>();
  private final Set<Bucket> seen = new HashSet<>();
  private Instant nextLook = Instant.MIN;
  private long passed;

  /** Notes of what is missing that are being written. */
  private int noting;

  /** Whether the log has no more for this lane: cuts that are open stay so, and hold nothing. */
  private boolean ended;

  private volatile boolean closed;

  ChangeLane(
      LanePlace place,
      StreamId stream,
      ChangeWorker worker,
      ChangeServices services,
      LaneLetters letters) {
    this.place = place;
    this.stream = stream;
    this.worker = worker;
    this.services = services;
    this.buffers = new CutBuffers(services.buffers());
    this.letters = letters;
  }

  @Override
  public LanePlace place() {
    return place;
  }

  @Override
  public void read(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    services.events().recordRead(value == null ? 0 : value.length);
    try {
      ChangeHeader header = RecordHeaders.decodeChange(record.headers());
      requireUsable(record, header);
      worker.seen(header.bucket()).forEach(this::perform);
      queue.addLast(new Waiting(record, header));
      seen.add(header.bucket());
    } catch (MillraceException e) {
      letters.write(record.offset(), e.getMessage());
    }
    passed = record.offset() + 1;
    drain();
  }

  private void requireUsable(ConsumerRecord<byte[], byte[]> record, ChangeHeader header) {
    StreamId found = header.bucket().stream();
    if (!found.equals(stream)) {
      throw MillraceException.data(
          "Cannot use a record of stream %s in the topic of the changes of %s"
              .formatted(found, stream));
    }
    if (record.value() == null) {
      throw MillraceException.data(
          "Cannot use a record of %s without a value".formatted(header.bucket()));
    }
  }

  /** Takes what waits, up to the first record whose bucket is not known. */
  private void drain() {
    while (!queue.isEmpty() && worker.knows(queue.peekFirst().header().bucket())) {
      Waiting next = queue.removeFirst();
      worker
          .record(changeRecord(next.record(), next.header()))
          .forEach(action -> perform(action, next));
    }
    if (queue.isEmpty()) {
      worker.passed(passed);
    }
  }

  private static ChangeRecord changeRecord(
      ConsumerRecord<byte[], byte[]> record, ChangeHeader header) {
    return new ChangeRecord(
        record.partition(), record.offset(), record.timestamp(), header, record.value().length);
  }

  private void perform(BucketAction action, Waiting taken) {
    if (action instanceof BucketAction.Keep keep) {
      keep(keep, taken);
    } else {
      perform(action);
    }
  }

  private void keep(BucketAction.Keep keep, Waiting taken) {
    byte[] value = taken.record().value();
    services.events().changesKept(keep.bucket(), taken.header().rows(), value.length);
    buffers.keep(keep, value, taken.header().rows(), taken.record().offset());
  }

  private void perform(BucketAction action) {
    if (action instanceof BucketAction.LookUp lookUp) {
      lookUp(lookUp.bucket());
    } else if (action instanceof BucketAction.Load load) {
      load(load);
    } else if (action instanceof BucketAction.Fetch fetch) {
      fetch(fetch);
    } else if (action instanceof BucketAction.Discard discard) {
      discard(discard.bucket());
    } else if (action instanceof BucketAction.Miss miss) {
      note(miss);
    } else if (action instanceof BucketAction.Halt halt) {
      services.events().bucketHalted(halt.bucket(), halt.reason());
    }
  }

  private void lookUp(Bucket bucket) {
    services
        .lookUps()
        .ask(
            "look up " + bucket,
            () -> answer(bucket),
            answer -> services.inbox().post(() -> afterwards(answer)));
  }

  /** What to tell the worker of the bucket. */
  private Runnable answer(Bucket bucket) {
    try {
      Optional<ChangeEntry> newest = services.chains().resume(bucket);
      return () -> {
        newest.ifPresent(entry -> marks.put(bucket, entry.log()));
        worker.answer(bucket, newest).forEach(this::perform);
      };
    } catch (MillraceException e) {
      if (e.category() == MillraceException.Category.PROTOCOL) {
        return () -> worker.refused(bucket, e.getMessage()).forEach(this::perform);
      }
      throw e;
    }
  }

  private void afterwards(Runnable work) {
    if (!closed) {
      work.run();
      drain();
    }
  }

  private void load(BucketAction.Load load) {
    Cut cut = load.cut().cut();
    AttemptSource source =
        buffers
            .take(cut.bucket(), cut.number())
            .<AttemptSource>map(kept -> kept)
            .orElseGet(
                () -> new LoggedBatches(services.consumers(), place.topic(), load.cut().batches()));
    var request = new CutRequest(load.cut(), place.topicId(), source);
    services
        .writers()
        .submit(
            request.source(),
            () -> services.loader().load(request),
            () -> !closed,
            outcome -> services.inbox().post(() -> afterwards(() -> ended(outcome))));
  }

  private void ended(CutOutcome outcome) {
    if (outcome instanceof CutOutcome.Loaded loaded) {
      services.events().cutLoaded(loaded.entry());
      marks.put(loaded.entry().cut().bucket(), loaded.entry().log());
      worker.loaded(loaded.entry()).forEach(this::perform);
    } else if (outcome instanceof CutOutcome.Lost lost) {
      worker.lost(lost.bucket()).forEach(this::perform);
    } else if (outcome instanceof CutOutcome.Unreadable unreadable) {
      ChangeRecord record = unreadable.record();
      if (record.partition() == place.partition()) {
        letters.write(record.offset(), unreadable.reason());
      } else {
        letters.writeElsewhere(record.partition(), record.offset(), unreadable.reason());
      }
      worker.failed(record, unreadable.reason()).forEach(this::perform);
    }
  }

  private void fetch(BucketAction.Fetch fetch) {
    Bucket bucket = fetch.bucket();
    BucketReader reader =
        readers.computeIfAbsent(
            bucket,
            key ->
                new BucketReader(
                    services.consumers(), place, key, Optional.ofNullable(marks.get(key))));
    services.events().bucketReread(bucket, fetch.behind());
    services
        .fetches()
        .ask(
            "read %s behind %s again".formatted(bucket, fetch.behind()),
            () -> reader.next(fetch.behind(), fetch.except()),
            found -> services.inbox().post(() -> afterwards(() -> fetched(bucket, reader, found))));
  }

  private void fetched(Bucket bucket, BucketReader reader, FetchedRecords found) {
    if (readers.get(bucket) != reader) {
      return; // the chain has been looked up anew meanwhile
    }
    for (ConsumerRecord<byte[], byte[]> record : found.records()) {
      var taken = new Waiting(record, RecordHeaders.decodeChange(record.headers()));
      worker
          .fetched(changeRecord(record, taken.header()))
          .forEach(action -> perform(action, taken));
    }
    Optional<ChangeRecord> apart =
        found
            .apart()
            .map(record -> changeRecord(record, RecordHeaders.decodeChange(record.headers())));
    List<BucketAction> next = worker.fetchedAll(bucket, found.more(), apart);
    if (next.stream().noneMatch(BucketAction.Fetch.class::isInstance)) {
      closeReader(bucket);
    }
    next.forEach(this::perform);
  }

  private void note(BucketAction.Miss miss) {
    ChangeRecord behind = miss.behind();
    Instant at = Instant.ofEpochMilli(behind.timestamp());
    var mark = new LogMark(place.topicId(), behind.partition(), behind.offset(), at);
    var decision = new ChangeEntry.Decision(miss.reason(), NOBODY, at);
    var gap = ChangeEntry.gap(miss.cut(), miss.reach(), mark, decision);
    noting++;
    services
        .lookUps()
        .ask(
            "note what is missing of " + miss.cut().bucket(),
            () -> {
              services.chains().halt(gap);
              return gap;
            },
            noted -> services.inbox().post(() -> noting--));
  }

  private void closeReader(Bucket bucket) {
    BucketReader reader = readers.remove(bucket);
    if (reader != null) {
      services.fetches().execute(reader::close);
    }
  }

  private void discard(Bucket bucket) {
    closeReader(bucket);
    buffers.discard(bucket);
  }

  @Override
  public void passed(long nextOffset) {
    passed = Math.max(passed, nextOffset);
    drain();
  }

  @Override
  public boolean isReady() {
    return queue.isEmpty();
  }

  @Override
  public OptionalLong commitOffset() {
    if (ended && queue.isEmpty() && noting == 0 && worker.isIdle()) {
      return OptionalLong.of(passed);
    }
    OptionalLong next = worker.commitOffset();
    return next.isPresent() ? OptionalLong.of(letters.upTo(next.getAsLong())) : next;
  }

  @Override
  public void decided(RunHead head) {
    // heads are of runs
  }

  @Override
  public void tend(Instant now) {
    seen.forEach(bucket -> lastSeen.put(bucket, now));
    seen.clear();
    for (Bucket bucket : worker.holding()) {
      if (!lastSeen.get(bucket).plus(STALE_AFTER).isAfter(now)) {
        lastSeen.put(bucket, now);
        lookAgain(bucket);
        askWhetherWanted(bucket);
      }
    }
    if (!now.isBefore(nextLook)) {
      nextLook = now.plus(LOOK_EVERY);
      worker.missing().forEach(this::lookAgain);
    }
  }

  private void lookAgain(Bucket bucket) {
    services
        .lookUps()
        .ask(
            "look up " + bucket,
            () -> services.chains().newest(bucket),
            newest -> services.inbox().post(() -> afterwards(() -> lookedUp(newest))));
  }

  private void askWhetherWanted(Bucket bucket) {
    services
        .lookUps()
        .ask(
            "look up what is missing of " + bucket,
            () -> services.chains().halted(stream),
            gaps -> services.inbox().post(() -> afterwards(() -> lacking(bucket, gaps))));
  }

  private void lacking(Bucket bucket, List<ChangeEntry> gaps) {
    if (gaps.stream().anyMatch(gap -> gap.cut().bucket().equals(bucket))) {
      worker.wanted(bucket).forEach(this::perform);
    }
  }

  private void lookedUp(Optional<ChangeEntry> newest) {
    newest.ifPresent(
        entry -> {
          marks.put(entry.cut().bucket(), entry.log());
          worker.advanced(entry).forEach(this::perform);
        });
  }

  @Override
  public Optional<UnitBuffer> largestBuffer() {
    return buffers.largest();
  }

  @Override
  public Optional<PlanId> newestPlan() {
    return buffers.largestGeneration();
  }

  /** Nothing is kept of the largest cut any more: it is loaded from the log. */
  @Override
  public void parkNewest(String reason) {
    buffers.giveLargestUp();
  }

  @Override
  public void expectNoMore(String reason) {
    ended = true;
  }

  @Override
  public SinkProgress.LaneProgress progress(OptionalLong lag) {
    return new SinkProgress.LaneProgress(
        place.topic(), place.partition(), commitOffset(), lag, Map.of(), Map.of(), worker.halted());
  }

  @Override
  public void close() {
    closed = true;
    letters.close();
    List.copyOf(readers.keySet()).forEach(this::closeReader);
    buffers.close();
  }
}
