package io.millrace.runtime.sink;

import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.RunHead;
import io.millrace.runtime.sink.ReplayResult.PlanResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The end of a replay, when its lanes have nothing left to do: settles its plans and says what they
 * lack. A plan that lacks units, and has an attempt that no lane has seen all of, is read as a
 * whole before that.
 */
final class ReplayConclusion {
  private final Ledger ledger;
  private final ReplayedPlans plans;
  private final PlanReader reader;
  private final List<LogSpan> range;
  private final Retries retries;

  /**
   * Of a replay.
   *
   * @param plans what it has seen
   * @param reader reads plans by the names they have in the replay
   * @param range what it reads
   */
  ReplayConclusion(
      Ledger ledger, ReplayedPlans plans, PlanReader reader, List<LogSpan> range, Retries retries) {
    this.ledger = ledger;
    this.plans = plans;
    this.reader = reader;
    this.range = range;
    this.retries = retries;
  }

  /**
   * What came of each plan, in the order of their names.
   *
   * @param reasons why lanes have given units up
   */
  List<PlanResult> of(Map<Unit, String> reasons) {
    Set<OpenPlan> open = Set.copyOf(asked("list open plans", ledger::openPlans));
    var results = new ArrayList<PlanResult>();
    // The newest first: an older plan of its run is superseded then.
    List<PlannedRun> newestFirst = plans.names();
    Collections.reverse(newestFirst);
    for (PlannedRun name : newestFirst) {
      var plan = new OpenPlan(name, plans.seen(name).size());
      results.add(
          open.contains(plan) ? settled(plan, reasons) : result(plan, closedState(plan), reasons));
    }
    Collections.reverse(results);
    return results;
  }

  private PlanResult settled(OpenPlan plan, Map<Unit, String> reasons) {
    PlannedRun name = plan.plan();
    PlanState state = asked("settle " + name, () -> ledger.settle(plan));
    if (!(state instanceof PlanState.Loading) || !plans.isSplit(name)) {
      return result(plan, state, reasons);
    }
    PlanReader.Found found =
        asked("read %s as a whole".formatted(name), () -> reader.read(name, rangeOf(name)));
    var all = new HashMap<>(reasons);
    found.missing().forEach((partition, reason) -> all.put(name.unit(partition), reason));
    return result(plan, asked("settle " + name, () -> ledger.settle(plan)), all);
  }

  private List<LogSpan> rangeOf(PlannedRun plan) {
    return range.stream().filter(span -> span.topic().equals(plan.stream().topic())).toList();
  }

  private PlanResult result(OpenPlan plan, PlanState state, Map<Unit, String> reasons) {
    if (!(state instanceof PlanState.Loading)) {
      return new PlanResult(plan, state, Map.of(), 0);
    }
    Set<String> marked =
        asked("list units of " + plan.plan(), () -> ledger.markers(plan.plan())).stream()
            .map(marker -> marker.unit().partition())
            .collect(Collectors.toSet());
    var missing = new TreeMap<String, String>();
    for (String partition : plans.seen(plan.plan()).partitions()) {
      if (!marked.contains(partition)) {
        Unit unit = plan.plan().unit(partition);
        missing.put(partition, reasons.getOrDefault(unit, "no complete attempt of it was found"));
      }
    }
    Set<String> known = new TreeSet<>(marked);
    known.addAll(missing.keySet());
    return new PlanResult(plan, state, missing, Math.max(0, plan.size() - known.size()));
  }

  /** The state of a plan that the ledger has nothing left to do for. */
  private PlanState closedState(OpenPlan plan) {
    PlannedRun run = plan.plan();
    Optional<RunHead> head =
        asked("look up the head of " + run, () -> ledger.head(run.stream(), run.run()));
    if (head.isEmpty() || head.get().plan().plan().compareTo(run.plan()) < 0) {
      return new PlanState.Loading(0, plan.size());
    }
    return head.get().plan().equals(run)
        ? new PlanState.Live(head.get())
        : new PlanState.Superseded(head.get());
  }

  private <T> T asked(String what, Supplier<T> call) {
    return retries.untilAnswered(what, call);
  }
}
