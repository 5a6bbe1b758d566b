package io.millrace.runtime.bucket;

import io.millrace.core.PlanId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.CutLimits;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.runtime.bucket.OpenBucket.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Decides what happens to the records of one TopicPartition of changes: which of them go on where
 * their bucket's chain ends, where they are cut, and how far the group's offset may go.
 *
 * <p>A record is <em>news</em> if it ends behind what its bucket has, and <em>next</em> if nothing
 * is missing between the two. This is all that can happen to a bucket:
 *
 * <pre>
 * state      input                            next       actions
 * ---------  -------------------------------  ---------  ---------------------------------
 * (unknown)  its first record                 (unknown)  LookUp; records wait for the answer
 *            answer                           FOLLOWING  none
 *            answer, and records held         BEHIND     Fetch
 *              that the chain does not cover
 *            the ledger refuses it            REFUSED    Halt; from then on all is dropped
 * any        record that is no news           same       Drop
 *            another lacks what is collected  same       Load, though the cut is not full
 *            a cut was lost to another        (unknown)  Discard, LookUp
 *            another has gone on with it      BEHIND     Discard; Fetch, if records are held
 *            a record proves useless          BEHIND     Discard; Fetch, if records are held
 * FOLLOWING  news, next                       FOLLOWING  Keep; Load, where a cut ends
 *            news, not next                   BEHIND     Drop, Fetch
 * BEHIND     news, next                       same       as above
 *            news, not next                   BEHIND     Drop
 *            fetched                          same       as if they were read; Fetch again
 *            all that was dropped is there    FOLLOWING  none
 *            nothing to be fetched            HALTED     Load what is there, Miss, Halt
 * HALTED     news, next                       FOLLOWING  as above
 *            news, not next                   HALTED     Drop
 *              and log time to look again     BEHIND     Drop, Fetch
 *            another has gone on with it,     BEHIND     Discard; Fetch, since all that came was
 *              or somebody decided to                    dropped
 *              do without what is missing
 * </pre>
 *
 * <p>Records whose changes no entry covers hold the group's offset, but for those of buckets that
 * are halted: a chain tells by itself where to go on. A cut ends where its limits are reached,
 * before a record of another RunInstance or schema, and behind a tick that begins a RunInstance, so
 * that every bucket says when it has passed one.
 */
public final class ChangeWorker {
  private static final Duration FIRST_RETRY = Duration.ofSeconds(10);

  private final CutLimits limits;
  private final Map<Bucket, OpenBucket> buckets = new LinkedHashMap<>();
  private final Map<StreamId, PlanId> newestGenerations = new HashMap<>();
  private final List<BucketAction> actions = new ArrayList<>();
  private long next = -1;

  /** A lane that has seen nothing yet. */
  public ChangeWorker(CutLimits limits) {
    this.limits = limits;
  }

  /** Whether the ledger has answered for the bucket. */
  public boolean knows(Bucket bucket) {
    OpenBucket open = buckets.get(bucket);
    return open != null && open.state != State.UNKNOWN;
  }

  /** Begins to look a bucket up, unless that is done or under way. */
  public List<BucketAction> seen(Bucket bucket) {
    if (!buckets.containsKey(bucket)) {
      buckets.put(bucket, new OpenBucket(bucket));
      actions.add(new BucketAction.LookUp(bucket));
    }
    return takeActions();
  }

  /** The next record of the log, of a bucket that is known. */
  public List<BucketAction> record(ChangeRecord record) {
    passed(record.offset() + 1);
    OpenBucket bucket = buckets.get(record.header().bucket());
    endEarlierGenerations(record.header().bucket());
    if (bucket.state == State.REFUSED) {
      drop(bucket, bucket.reason());
    } else if (bucket.unusable().contains(record.place())) {
      drop(bucket, "known to be of no use");
    } else if (!bucket.isNews(record)) {
      drop(bucket, "a duplicate");
      if (record.header().last().compareTo(bucket.stands()) > 0) {
        bucket.hold(record); // its like is collected, and not loaded yet
      }
    } else if (bucket.isNext(record)) {
      if (bucket.state == State.HALTED) {
        bucket.follow();
      }
      bucket.hold(record);
      collect(bucket, record);
      goOn(bucket);
    } else {
      miss(bucket, record);
    }
    return takeActions();
  }

  /** Behind a generation's first record nothing comes of those before it that would end a cut. */
  private void endEarlierGenerations(Bucket bucket) {
    PlanId id = bucket.generation().id();
    PlanId newest = newestGenerations.get(bucket.stream());
    if (newest != null && newest.compareTo(id) >= 0) {
      return;
    }
    newestGenerations.put(bucket.stream(), id);
    for (OpenBucket open : buckets.values()) {
      Bucket other = open.bucket();
      if (other.stream().equals(bucket.stream())
          && other.generation().id().compareTo(id) < 0
          && knows(other)) {
        open.closeCut();
        goOn(open);
      }
    }
  }

  /** The log was read up to here, be there records of ours or not. */
  public void passed(long nextOffset) {
    next = Math.max(next, nextOffset);
  }

  /** The ledger's answer to a LookUp: the chain's newest entry. */
  public List<BucketAction> answer(Bucket id, Optional<ChangeEntry> newest) {
    OpenBucket bucket = buckets.get(id);
    bucket.begin(newest);
    goOn(bucket);
    return takeActions();
  }

  /** The ledger refuses the bucket for good. */
  public List<BucketAction> refused(Bucket id, String reason) {
    OpenBucket bucket = buckets.get(id);
    halt(bucket, reason, Duration.ZERO);
    bucket.state = State.REFUSED;
    return takeActions();
  }

  /** The entry of a cut stands, made by us. */
  public List<BucketAction> loaded(ChangeEntry entry) {
    OpenBucket bucket = buckets.get(entry.cut().bucket());
    bucket.loading = false;
    bucket.stand(entry);
    goOn(bucket);
    return takeActions();
  }

  /**
   * The chain has come to this entry, by whoever's work: what was collected up to there is of no
   * use. While a cut is being loaded, its outcome says more.
   */
  public List<BucketAction> advanced(ChangeEntry entry) {
    Bucket id = entry.cut().bucket();
    OpenBucket bucket = buckets.get(id);
    if (knows(id) && !bucket.loading && entry.reach().last().compareTo(bucket.stands()) > 0) {
      actions.add(new BucketAction.Discard(id, "another process has gone on with its chain"));
      boolean wasHalted = bucket.state == State.HALTED;
      if (wasHalted) {
        bucket.follow(); // the reason is gone
      }
      bucket.begin(Optional.of(entry));
      bucket.catchingUp = wasHalted;
      goOn(bucket);
    }
    return takeActions();
  }

  /**
   * Another lane is halted for want of what is collected here, and cannot read it. So it is loaded
   * as it is: no record of the bucket may come any more that ends its cut.
   */
  public List<BucketAction> wanted(Bucket id) {
    OpenBucket bucket = buckets.get(id);
    if (knows(id)) {
      bucket.closeCut();
      goOn(bucket);
    }
    return takeActions();
  }

  /** Another process made the entry of a cut's number: the chain has come further than we knew. */
  public List<BucketAction> lost(Bucket id) {
    OpenBucket bucket = buckets.get(id);
    bucket.state = State.UNKNOWN;
    actions.add(new BucketAction.Discard(id, "another process has gone on with its chain"));
    actions.add(new BucketAction.LookUp(id));
    return takeActions();
  }

  /** A cut cannot be loaded, since nobody can use one of its records; perhaps it was sent again. */
  public List<BucketAction> failed(ChangeRecord record, String reason) {
    OpenBucket bucket = buckets.get(record.header().bucket());
    actions.add(new BucketAction.Discard(bucket.bucket(), reason));
    bucket.leaveOut(record, reason);
    bucket.rewind();
    bucket.state = State.BEHIND;
    bucket.fetching = false;
    goOn(bucket);
    return takeActions();
  }

  /** A record that a Fetch found, wherever in the log. */
  public List<BucketAction> fetched(ChangeRecord record) {
    OpenBucket bucket = buckets.get(record.header().bucket());
    if (bucket.state == State.BEHIND && bucket.isNews(record) && bucket.isNext(record)) {
      collect(bucket, record);
    } else {
      drop(bucket, "nothing was missing there");
    }
    return takeActions();
  }

  /**
   * All that a Fetch found has come.
   *
   * @param more whether there may be more behind it
   * @param apart the nearest record that the log has behind a gap, if there is one
   */
  public List<BucketAction> fetchedAll(Bucket id, boolean more, Optional<ChangeRecord> apart) {
    OpenBucket bucket = buckets.get(id);
    bucket.fetching = false;
    if (bucket.state == State.BEHIND && !more) {
      bucket.catchingUp = false;
      apart
          .filter(record -> !bucket.isNext(record))
          .or(() -> bucket.apart().filter(record -> !bucket.isNext(record)))
          .ifPresent(record -> missed(bucket, record));
    }
    goOn(bucket);
    return takeActions();
  }

  /** What may be committed. Empty: nothing read. */
  public OptionalLong commitOffset() {
    if (next < 0) {
      return OptionalLong.empty();
    }
    long first = next;
    for (OpenBucket bucket : buckets.values()) {
      first = Math.min(first, bucket.firstHeld().orElse(first));
    }
    return OptionalLong.of(first);
  }

  /** Whether nothing is under way: what is collected waits for the end of its cut alone. */
  public boolean isIdle() {
    return buckets.values().stream().allMatch(OpenBucket::isIdle);
  }

  /** The buckets of which something holds the group's offset. */
  public List<Bucket> holding() {
    return buckets.values().stream()
        .filter(bucket -> bucket.firstHeld().isPresent())
        .map(OpenBucket::bucket)
        .toList();
  }

  /** The buckets that changes are missing of. */
  public List<Bucket> missing() {
    return buckets.values().stream()
        .filter(bucket -> bucket.state == State.HALTED)
        .map(OpenBucket::bucket)
        .toList();
  }

  /** The halted buckets, each with the reason. */
  public Map<Bucket, String> halted() {
    var halted = new TreeMap<Bucket, String>(Bucket.ORDER);
    for (OpenBucket bucket : buckets.values()) {
      if (bucket.state == State.HALTED || bucket.state == State.REFUSED) {
        halted.put(bucket.bucket(), bucket.reason());
      }
    }
    return halted;
  }

  private List<BucketAction> takeActions() {
    List<BucketAction> taken = List.copyOf(actions);
    actions.clear();
    return taken;
  }

  private void miss(OpenBucket bucket, ChangeRecord record) {
    drop(bucket, "changes before it are missing");
    if (bucket.state == State.HALTED && !bucket.mayRetry(record)) {
      return;
    }
    bucket.state = State.BEHIND;
    bucket.hold(record);
    goOn(bucket);
  }

  private void collect(OpenBucket bucket, ChangeRecord record) {
    if (bucket.cut().isPresent() && !bucket.cut().get().takes(record, limits)) {
      bucket.closeCut();
    }
    OpenCut cut = bucket.cutFor(record);
    if (record.header() instanceof ChangeHeader.Data) {
      actions.add(new BucketAction.Keep(bucket.bucket(), cut.number(), cut.batches()));
    }
    boolean closesRun = record.header() instanceof ChangeHeader.Tick && bucket.turns(record);
    cut.add(record);
    bucket.reach(record);
    if (closesRun || cut.isFull(limits)) {
      bucket.closeCut();
    }
  }

  /** What a bucket does next that waits for nobody. */
  private void goOn(OpenBucket bucket) {
    bucket
        .takeWaiting()
        .ifPresent(
            cut -> {
              bucket.loading = true;
              actions.add(new BucketAction.Load(cut));
            });
    if (bucket.state == State.BEHIND && bucket.apart().isEmpty() && !bucket.catchingUp) {
      bucket.follow();
    }
    if (bucket.state == State.BEHIND && !bucket.fetching && bucket.hasRoom()) {
      bucket.fetching = true;
      actions.add(new BucketAction.Fetch(bucket.bucket(), bucket.reached(), bucket.unusable()));
    }
  }

  private void missed(OpenBucket bucket, ChangeRecord behind) {
    bucket.closeCut();
    String reason =
        "Cannot find the changes after %s up to %s in the log"
            .formatted(bucket.reached(), behind.header().after());
    halt(bucket, reason, bucket.nextRetryAfter(FIRST_RETRY));
    actions.add(bucket.missingBefore(behind, bucket.reason()));
  }

  private void halt(OpenBucket bucket, String reason, Duration retryAfter) {
    bucket.halt(reason, retryAfter);
    actions.add(new BucketAction.Halt(bucket.bucket(), reason));
  }

  private void drop(OpenBucket bucket, String reason) {
    actions.add(new BucketAction.Drop(bucket.bucket(), reason));
  }
}
