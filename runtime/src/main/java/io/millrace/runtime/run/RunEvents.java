package io.millrace.runtime.run;

import io.millrace.core.Unit;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.runtime.sink.SinkEvents;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What one sink has done of the plans that answer a request. */
final class RunEvents implements SinkEvents {
  private final RunRequest request;
  private final AtomicLong rowsKept = new AtomicLong();
  private final AtomicLong bytesKept = new AtomicLong();
  private final AtomicLong rowsLoaded = new AtomicLong();
  private final Set<Unit> loaded = ConcurrentHashMap.newKeySet();
  private final Map<Unit, String> held = new ConcurrentHashMap<>();
  private volatile int plannedUnits;

  RunEvents(RunRequest request) {
    this.request = request;
  }

  @Override
  public void batchKept(Unit unit, long rows, long bytes) {
    if (request.answeredBy(unit.plan())) {
      rowsKept.addAndGet(rows);
      bytesKept.addAndGet(bytes);
    }
  }

  @Override
  public void unitLoaded(UnitMarker marker) {
    if (request.answeredBy(marker.unit().plan()) && loaded.add(marker.unit())) {
      rowsLoaded.addAndGet(marker.log().rows());
      plannedUnits = Math.max(plannedUnits, marker.planSize());
      held.remove(marker.unit());
    }
  }

  @Override
  public void planState(OpenPlan plan, PlanState state) {
    if (request.answeredBy(plan.plan().plan())) {
      plannedUnits = Math.max(plannedUnits, plan.size());
    }
  }

  @Override
  public void unitHeld(Unit unit, String reason) {
    if (request.answeredBy(unit.plan())) {
      held.put(unit, reason);
    }
  }

  long rowsKept() {
    return rowsKept.get();
  }

  long bytesKept() {
    return bytesKept.get();
  }

  long rowsLoaded() {
    return rowsLoaded.get();
  }

  int unitsLoaded() {
    return loaded.size();
  }

  int plannedUnits() {
    return plannedUnits;
  }

  /** Units that cannot be loaded from what the log holds, with the reasons. */
  Map<Unit, String> held() {
    return Map.copyOf(held);
  }
}
