package io.millrace.runtime.sink;

import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.RunHead;
import io.millrace.runtime.lane.Known;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks the ledger about units, on a thread apart from its callers', and opens their plans. */
final class LookUps {
  private static final int REMEMBERED = 1_000;

  private final Ledger ledger;
  private final PatientCalls calls;

  /**
   * The sizes of plans that are known as open, and have no head above them as far as we know. One
   * that others settle is not heard of again, so the oldest go; asking again is all it costs.
   */
  private final Map<PlannedRun, Integer> opened =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<PlannedRun, Integer> eldest) {
              return size() > REMEMBERED;
            }
          });

  LookUps(Ledger ledger, PatientCalls calls) {
    this.ledger = ledger;
    this.calls = calls;
  }

  /** Asks; the answer comes on another thread. */
  void ask(Unit unit, int planSize, Consumer<Known> answer) {
    calls.ask("look up " + unit, () -> lookUp(unit, planSize), answer);
  }

  private Known lookUp(Unit unit, int planSize) {
    PlannedRun plan = unit.plannedRun();
    if (!opened.containsKey(plan)) {
      Optional<RunHead> head = ledger.head(plan.stream(), plan.run());
      if (head.isPresent() && head.get().plan().plan().compareTo(plan.plan()) >= 0) {
        return new Known.Decided(head.get().plan().plan());
      }
    }
    if (ledger.marker(unit).isPresent()) {
      return new Known.Loaded();
    }
    Integer size = opened.get(plan);
    if (size == null) {
      size = ledger.open(new OpenPlan(plan, planSize));
      opened.put(plan, size);
    }
    return new Known.Open(size);
  }

  /** The plan's run is decided: its head is to be looked up again, should it come up once more. */
  void forget(PlannedRun plan) {
    opened.remove(plan);
  }
}
