package io.millrace.sinks.ledger;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.StagedFile;
import io.millrace.sinks.ledger.LedgerKeys.Run;
import io.millrace.sinks.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Shows readers the files of a head and takes those of superseded plans away. Goes by the markers
 * alone, so that whoever runs it, however late and with whatever configuration, does the same.
 */
final class Publication {
  private final ObjectStore store;
  private final LedgerKeys keys;
  private final RunData data;
  private final RunHeads heads;
  private final UnitMarkers markers;
  private final InstantSource clock;
  private final Duration keepSuperseded;

  /** Of the runs that have open plans. */
  private final ConcurrentMap<Run, Cleanup> cleanups = new ConcurrentHashMap<>();

  Publication(
      ObjectStore store,
      LedgerKeys keys,
      RunData data,
      RunHeads heads,
      UnitMarkers markers,
      InstantSource clock,
      Duration keepSuperseded) {
    this.store = store;
    this.keys = keys;
    this.data = data;
    this.heads = heads;
    this.markers = markers;
    this.clock = clock;
    this.keepSuperseded = keepSuperseded;
  }

  /** Publishes a head; those before it are published. */
  void publish(Run run, int number) {
    RunHead head = heads.read(run, number);
    List<StagedFile> files = files(head.plan());
    List<String> lost = data.publish(head.plan(), files, () -> heads.published(run) >= number);
    // Whoever comes so late that the head was superseded meanwhile, and the files of its plan
    // removed, may have brought some back: nobody else will look for them.
    int newest = heads.newest(run).orElse(head).number();
    if (newest > number && Cleanup.notedUpTo(new Superseding(run), newest) > number) {
      remove(head.plan());
      return;
    }
    if (!lost.isEmpty() && newest == number && heads.published(run) < number) {
      throw MillraceException.lasting(
          Category.TARGET,
          "Cannot publish %s: %d of its %d files are gone, the first is %s; read the run again, or replay it"
              .formatted(head.plan(), lost.size(), files.size(), lost.get(0)));
    }
    heads.notePublished(run, number);
  }

  /**
   * Removes the files of plans that had the head before and whose time is over; says whether that
   * is further than before.
   *
   * @param newest number of the newest head, which is published
   */
  boolean clean(Run run, int newest) {
    Cleanup cleanup = cleanup(run, newest);
    int before = cleanup.done();
    return cleanup.advance(newest) > before;
  }

  /** The number of the head below which all is removed for good. */
  int cleaned(Run run, int newest) {
    return cleanup(run, newest).done();
  }

  private Cleanup cleanup(Run run, int newest) {
    Cleanup known = cleanups.get(run);
    if (known != null) {
      return known;
    }
    var made =
        new Cleanup(new Superseding(run), newest, clock, keepSuperseded, data.longestRequest());
    Cleanup others = cleanups.putIfAbsent(run, made);
    return others == null ? made : others;
  }

  /** Forgets how far all runs but these are cleaned: the notes tell. */
  void retain(Set<Run> runs) {
    cleanups.keySet().retainAll(runs);
  }

  private final class Superseding implements Cleanup.Series {
    private final Run run;

    Superseding(Run run) {
      this.run = run;
    }

    @Override
    public Instant publishedAt(int number) {
      return heads.publishedAt(run, number);
    }

    @Override
    public boolean isRemovedBelow(int number) {
      return heads.removed(run, number);
    }

    @Override
    public void noteRemovedBelow(int number) {
      heads.noteRemoved(run, number);
    }

    @Override
    public void remove(int from, int to) {
      for (int number = to - 1; number >= from; number--) {
        Publication.this.remove(heads.read(run, number).plan());
      }
    }
  }

  /**
   * Deletes all files of a superseded plan. Staged ones go first: what is not staged any more
   * cannot be moved by somebody late.
   */
  void remove(PlannedRun plan) {
    sweep(plan);
    data.remove(plan, files(plan));
  }

  /**
   * Deletes what is staged or noted as held of a plan that needs neither any more, and of the plans
   * before it: for one that is closed somebody late may have staged or noted something, and died.
   */
  void sweep(PlannedRun plan) {
    data.sweep(plan);
    List<String> held = store.list(keys.held(plan.stream(), plan.run()));
    store.delete(keys.upTo(plan.plan(), held));
  }

  private List<StagedFile> files(PlannedRun plan) {
    return markers.of(plan).stream().flatMap(marker -> marker.staged().files().stream()).toList();
  }
}
