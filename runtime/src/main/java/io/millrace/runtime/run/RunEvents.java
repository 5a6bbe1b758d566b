package io.millrace.runtime.run;

import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.runtime.sink.SinkEvents;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What one sink has done of the plans that answer a request. */
final class RunEvents implements SinkEvents {
  private final RunRequest request;
  private final AtomicLong rowsKept = new AtomicLong();
  private final AtomicLong bytesKept = new AtomicLong();
  private final AtomicLong rowsLoaded = new AtomicLong();
  private final AtomicLong badRecords = new AtomicLong();
  private final AtomicLong decisions = new AtomicLong();
  private final Set<Unit> loaded = ConcurrentHashMap.newKeySet();
  private final Map<Unit, String> held = new ConcurrentHashMap<>();
  private final Map<RunOfStream, PlanId> latest = new ConcurrentHashMap<>();
  private final Map<PlannedRun, Integer> planSizes = new ConcurrentHashMap<>();

  private record RunOfStream(StreamId stream, RunId run) {
    static RunOfStream of(PlannedRun run) {
      return new RunOfStream(run.stream(), run.run());
    }
  }

  RunEvents(RunRequest request) {
    this.request = request;
  }

  @Override
  public void batchKept(Unit unit, long rows, long bytes) {
    if (sees(unit.plannedRun())) {
      rowsKept.addAndGet(rows);
      bytesKept.addAndGet(bytes);
    }
  }

  @Override
  public void unitLoaded(UnitMarker marker) {
    if (sees(marker.unit().plannedRun()) && loaded.add(marker.unit())) {
      rowsLoaded.addAndGet(marker.log().rows());
      planSizes.put(marker.unit().plannedRun(), marker.planSize());
      held.remove(marker.unit());
    }
  }

  @Override
  public void planState(OpenPlan plan, PlanState state) {
    if (sees(plan.plan())) {
      planSizes.put(plan.plan(), plan.size());
      if (!(state instanceof PlanState.Loading)) {
        decisions.incrementAndGet();
      }
    }
  }

  @Override
  public void badRecord(String topic, int partition, long offset, String reason) {
    badRecords.incrementAndGet();
  }

  @Override
  public void unitHeld(Unit unit, String reason) {
    if (sees(unit.plannedRun())) {
      held.put(unit, reason);
    }
  }

  @Override
  public void unitSkipped(Unit unit) {
    held.remove(unit);
  }

  /** What the ledger has noted as held, before this process came to it. */
  void recall(LedgerView ledger) {
    for (OpenPlan open : ledger.openPlans()) {
      if (sees(open.plan())) {
        planSizes.put(open.plan(), open.size());
        ledger.held(open.plan()).forEach(this::recall);
      }
    }
  }

  private void recall(HeldUnit noted) {
    Unit unit = noted.unit();
    held.putIfAbsent(unit, noted.reason());
    if (loaded.contains(unit)) {
      held.remove(unit);
    }
  }

  /** Whether the plan answers the request; then those before it need no longer be whole. */
  private boolean sees(PlannedRun run) {
    boolean ours = request.answeredBy(run.plan());
    if (ours) {
      latest.merge(RunOfStream.of(run), run.plan(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }
    return ours;
  }

  long rowsKept() {
    return rowsKept.get();
  }

  long bytesKept() {
    return bytesKept.get();
  }

  /** Records that this process met and could not use, of whatever plan. */
  long badRecords() {
    return badRecords.get();
  }

  long rowsLoaded() {
    return rowsLoaded.get();
  }

  int unitsLoaded() {
    return loaded.size();
  }

  int plannedUnits() {
    return planSizes.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Goes up whenever this process sees that a plan has its head, or never will. */
  long decisions() {
    return decisions.get();
  }

  /** The runs of which units were loaded, in order. */
  List<PlannedRun> loadedRuns() {
    return loaded.stream()
        .map(Unit::plannedRun)
        .distinct()
        .sorted(Comparator.comparing(PlannedRun::toString))
        .toList();
  }

  /** Units of a stream that cannot be loaded from what the log holds, with reasons. */
  Map<Unit, String> held(StreamId stream) {
    Map<Unit, String> found = held();
    found.keySet().removeIf(unit -> !unit.stream().equals(stream));
    return found;
  }

  /**
   * Units of the latest plans of their runs that cannot be loaded from what the log holds, with
   * reasons.
   */
  Map<Unit, String> held() {
    var found = new TreeMap<Unit, String>(Comparator.comparing(Unit::toString));
    held.forEach(
        (unit, reason) -> {
          if (unit.plan().equals(latest.get(RunOfStream.of(unit.plannedRun())))) {
            found.put(unit, reason);
          }
        });
    return found;
  }

  /** Whether a unit of this plan is held. */
  boolean isHeld(PlannedRun plan) {
    return held.keySet().stream().anyMatch(unit -> unit.plannedRun().equals(plan));
  }
}
