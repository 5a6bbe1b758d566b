package io.millrace.runtime.sink;

import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.RunHead;
import io.millrace.runtime.lane.Known;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Asks the ledger about units, on a thread apart from its callers', and opens their plans. */
final class LookUps {
  private final Ledger ledger;
  private final PatientCalls calls;

  /** Plans whose run has no head above them as far as we know, and that are known as open. */
  private final Set<PlannedRun> opened = ConcurrentHashMap.newKeySet();

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
    if (!opened.contains(plan)) {
      Optional<RunHead> head = ledger.head(plan.stream(), plan.run());
      if (head.isPresent() && head.get().plan().plan().compareTo(plan.plan()) >= 0) {
        return new Known.Decided(head.get().plan().plan());
      }
    }
    if (ledger.marker(unit).isPresent()) {
      return new Known.Loaded();
    }
    if (!opened.contains(plan)) {
      ledger.open(new OpenPlan(plan, planSize));
      opened.add(plan);
    }
    return new Known.Open();
  }

  /** The plan's run is decided: its head is to be looked up again, should it come up once more. */
  void forget(PlannedRun plan) {
    opened.remove(plan);
  }
}
