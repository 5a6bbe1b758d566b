package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.stage.Mirror;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Makes the versions of mirrored tables, on a thread apart from all others: those of the streams
 * whose first bucket this process loads, so that processes do not all make the same. It looks at a
 * stream soon after one of its buckets has passed the end of a run here, and now and then for what
 * other processes have loaded; at its start at all streams once, for what was left undone.
 */
final class MirrorKeeper implements SinkEvents {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** All buckets of a table pass the end of a run within about this time. */
  private static final Duration SOON = Duration.ofMillis(200);

  /** A bucket's chain gets an entry every five minutes, wherever it is read. */
  private static final Duration GONE_AFTER = Duration.ofMinutes(15);

  private final ScheduledExecutorService thread;
  private final Mirror mirror;
  private final Supplier<List<StreamId>> allStreams;
  private final InstantSource clock;
  private final SinkEvents events;
  private final Failures failures;
  private final Map<StreamId, Instant> lastLoaded = new ConcurrentHashMap<>();
  private final Map<Bucket, RunId> openRuns = new ConcurrentHashMap<>();
  private final Set<StreamId> moved = ConcurrentHashMap.newKeySet();
  private final Map<StreamId, Pause> pauses = new HashMap<>();
  private boolean lookedAtAll;

  /**
   * When a stream is looked at again after a failure.
   *
   * @param until not before
   * @param length how long that is
   */
  private record Pause(Instant until, Duration length) {
    static Pause after(Pause lastOrNull, Instant now) {
      Duration longer = lastOrNull == null ? FIRST_PAUSE : lastOrNull.length.multipliedBy(2);
      Duration length = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      return new Pause(now.plus(length), length);
    }
  }

  /**
   * Works on this thread, which is the keeper's to stop.
   *
   * @param allStreams those that the ledger knows
   */
  MirrorKeeper(
      ScheduledExecutorService thread,
      Mirror mirror,
      Supplier<List<StreamId>> allStreams,
      InstantSource clock,
      SinkEvents events,
      Failures failures) {
    this.thread = thread;
    this.mirror = mirror;
    this.allStreams = allStreams;
    this.clock = clock;
    this.events = events;
    this.failures = failures;
  }

  /** Begins the rounds, the first at once. */
  void start(Duration every) {
    schedule(this::lookAtAll, every);
    schedule(this::lookAtMoved, SOON);
  }

  private void schedule(Runnable round, Duration every) {
    var unused =
        thread.scheduleWithFixedDelay(
            () -> guarded(round), 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void cutLoaded(ChangeEntry entry) {
    Bucket bucket = entry.cut().bucket();
    if (bucket.number() == 0) {
      lastLoaded.put(bucket.stream(), clock.instant());
    }
    RunId open = entry.reach().progress().run();
    if (!open.equals(openRuns.put(bucket, open))) {
      moved.add(bucket.stream());
    }
  }

  private void lookAtAll() {
    Instant now = clock.instant();
    if (!lookedAtAll) {
      allStreams.get().forEach(this::look);
      lookedAtAll = true;
    }
    lastLoaded.values().removeIf(at -> at.plus(GONE_AFTER).isBefore(now));
    openRuns.keySet().removeIf(bucket -> !lastLoaded.containsKey(bucket.stream()));
    lastLoaded.keySet().forEach(this::look);
  }

  private void lookAtMoved() {
    for (StreamId stream : lastLoaded.keySet()) {
      if (moved.remove(stream)) {
        look(stream);
      }
    }
  }

  private void guarded(Runnable round) {
    try {
      round.run();
    } catch (MillraceException e) {
      events.retrying("look for tables to mirror", e);
    } catch (RuntimeException | Error e) {
      failures.lasting(e);
    }
  }

  private void look(StreamId stream) {
    Instant now = clock.instant();
    Pause pause = pauses.get(stream);
    if (pause != null && pause.until().isAfter(now)) {
      return;
    }
    if (advance(stream)) {
      pauses.remove(stream);
    } else {
      pauses.put(stream, Pause.after(pause, now));
    }
  }

  /** Makes all versions that are due; says whether nothing failed. */
  private boolean advance(StreamId stream) {
    try {
      Optional<MirrorVersion> made = mirror.advance(stream);
      while (made.isPresent() && failures.goOn()) {
        events.mirrorMoved(made.get());
        made = mirror.advance(stream);
      }
      return true;
    } catch (MillraceException e) {
      if (e.retriable()) {
        events.retrying("mirror " + stream, e);
      } else {
        events.mirrorHalted(stream, e.getMessage());
      }
      return false;
    }
  }

  /**
   * Lets a version be made that is about to be; what takes longer is made by whoever comes next.
   */
  void stop() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
        var unused = thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
