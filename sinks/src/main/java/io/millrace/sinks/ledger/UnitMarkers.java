package io.millrace.sinks.ledger;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.sinks.store.ObjectKey;
import io.millrace.sinks.store.ObjectStore;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The markers of units. To find out whether a plan is whole its markers must be listed; that is not
 * done while a unit that was once looked up in vain is still unmarked, so that a plan of many units
 * is not listed after each of them.
 */
final class UnitMarkers {
  private final ObjectStore store;
  private final LedgerKeys keys;
  private final String pipeline;

  /** Units without a marker when last looked for, by plan. */
  private final ConcurrentMap<PlannedRun, Set<Unit>> unmarked = new ConcurrentHashMap<>();

  /** How many markers the last listing found, and those made here since. */
  private final ConcurrentMap<PlannedRun, Integer> counted = new ConcurrentHashMap<>();

  UnitMarkers(ObjectStore store, LedgerKeys keys, String pipeline) {
    this.store = store;
    this.keys = keys;
    this.pipeline = pipeline;
  }

  Optional<UnitMarker> find(Unit unit) {
    Optional<UnitMarker> marker = store.read(keys.marker(unit)).map(json -> read(unit, json));
    if (marker.isEmpty()) {
      unmarked.computeIfAbsent(unit.plannedRun(), plan -> ConcurrentHashMap.newKeySet()).add(unit);
    }
    return marker;
  }

  private UnitMarker read(Unit unit, byte[] json) {
    return read(keys.marker(unit), json);
  }

  private UnitMarker read(String key, byte[] json) {
    return LedgerJson.read(Document.Marker.class, json, store.location(key)).unitMarker(pipeline);
  }

  /** Creates the unit's marker if it has none; says whether this one stands. */
  boolean create(UnitMarker marker) {
    PlannedRun plan = marker.unit().plannedRun();
    for (StagedFile file : marker.staged().files()) {
      ObjectKey.require(file.path());
      if (!file.staged().startsWith(keys.staging(plan) + "/")) {
        throw MillraceException.lasting(
            Category.PROTOCOL,
            "Cannot mark %s with the staged file %s: it must lie in %s to be swept"
                .formatted(marker.unit(), file.staged(), keys.staging(plan)));
      }
    }
    byte[] ours = LedgerJson.write(Document.Marker.of(marker));
    boolean stands = Arrays.equals(ours, store.claim(keys.marker(marker.unit()), ours));
    unmarked.computeIfPresent(
        plan,
        (key, units) -> {
          units.remove(marker.unit());
          return units.isEmpty() ? null : units;
        });
    if (stands) {
      counted.merge(plan, 1, Integer::sum);
    }
    return stands;
  }

  /** The markers of a plan, in order of their partitions. */
  List<UnitMarker> of(PlannedRun plan) {
    return store.list(keys.markers(plan)).stream()
        .map(key -> store.read(key).map(json -> read(key, json)))
        .flatMap(Optional::stream)
        .sorted(Comparator.comparing(marker -> marker.unit().partition()))
        .toList();
  }

  /**
   * How many units of a plan are marked; while it is not whole, at least so many.
   *
   * @throws MillraceException (PROTOCOL) if they are more than the plan has units
   */
  int count(OpenPlan open) {
    PlannedRun plan = open.plan();
    if (someUnmarked(plan)) {
      return Math.min(counted.getOrDefault(plan, 0), open.size() - 1);
    }
    int count = store.list(keys.markers(plan)).size();
    if (count > open.size()) {
      throw MillraceException.lasting(
          Category.PROTOCOL,
          "Cannot settle %s: it has %d units and %d markers; plan the run anew"
              .formatted(plan, open.size(), count));
    }
    counted.put(plan, count);
    return count;
  }

  private boolean someUnmarked(PlannedRun plan) {
    var units = unmarked.getOrDefault(plan, Set.of());
    for (var i = units.iterator(); i.hasNext(); i.remove()) {
      if (store.read(keys.marker(i.next())).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Forgets what was remembered of all plans but these. */
  void retain(Collection<PlannedRun> open) {
    unmarked.keySet().retainAll(open);
    counted.keySet().retainAll(open);
  }

  /** Forgets what was remembered of a plan that has been decided upon. */
  void forget(PlannedRun plan) {
    unmarked.remove(plan);
    counted.remove(plan);
  }
}
