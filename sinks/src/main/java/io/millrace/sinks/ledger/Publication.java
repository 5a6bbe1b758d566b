package io.millrace.sinks.ledger;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.StagedFile;
import io.millrace.sinks.ledger.LedgerKeys.Run;
import io.millrace.sinks.store.ObjectStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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

  /** When this process first removed the files below a head, by the key of the head's note. */
  private final ConcurrentMap<String, Instant> removals = new ConcurrentHashMap<>();

  Publication(
      ObjectStore store,
      LedgerKeys keys,
      RunData data,
      RunHeads heads,
      UnitMarkers markers,
      InstantSource clock) {
    this.store = store;
    this.keys = keys;
    this.data = data;
    this.heads = heads;
    this.markers = markers;
    this.clock = clock;
  }

  /** Publishes a head; those before it are published. */
  void publish(Run run, int number) {
    RunHead head = heads.read(run, number);
    List<StagedFile> files = files(head.plan());
    List<String> lost = data.publish(head.plan(), files, () -> heads.published(run) >= number);
    // Whoever comes so late that the head was superseded meanwhile, and the files of its plan
    // removed, may have brought some back: nobody else will look for them.
    int newest = heads.newest(run).orElse(head).number();
    if (newest > number && heads.removed(run, newest)) {
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
   * Removes the files of plans that had the head before; says whether it was done for good. Where a
   * store can take a move in after its caller gave it up, that is the second time, later by more
   * than such a request can last.
   */
  boolean removeBelow(Run run, RunHead head) {
    if (head.number() == 0) {
      return true;
    }
    boolean more = true;
    for (int k = head.number() - 1; k >= 0 && more; k--) {
      remove(heads.read(run, k).plan());
      more = !heads.removed(run, k);
    }
    Instant now = clock.instant();
    Instant first = removals.computeIfAbsent(run.removed(head.number()), key -> now);
    return !now.isBefore(first.plus(data.longestRequest()));
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
