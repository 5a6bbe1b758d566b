package io.millrace.runtime.replay;

import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.RunHead;
import io.millrace.runtime.replay.ReplayOrder.Gap;
import io.millrace.runtime.replay.ReplaySummary.ReplayedRun;
import io.millrace.runtime.replay.ReplaySummary.State;
import io.millrace.runtime.replay.ShortPlans.Lack;
import io.millrace.runtime.sink.ReplayResult;
import io.millrace.runtime.sink.ReplayResult.PlanResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells what a pass has come to, plan by plan, and ends it in the ledger. */
final class PassReport {
  private final ReplayPass pass;
  private final Ledger ledger;
  private final Map<String, RunHead> before;
  private final ShortPlans shortPlans;

  /**
   * About a pass.
   *
   * @param before the heads of all runs as they were, by {@link #key}
   */
  PassReport(ReplayPass pass, Ledger ledger, Map<String, RunHead> before, ShortPlans shortPlans) {
    this.pass = pass;
    this.ledger = ledger;
    this.before = before;
    this.shortPlans = shortPlans;
  }

  /** Names a plan's run. */
  static String key(PlannedRun plan) {
    return plan.stream() + "/" + plan.run();
  }

  /** Decides what becomes of plans that are short, and tells how all stand. */
  List<ReplayedRun> conclude(ReplayResult result, Gap gap) {
    var runs = new ArrayList<ReplayedRun>();
    for (PlanResult plan : withUnseen(result)) {
      RunHead old = before.get(key(plan.plan().plan()));
      PlanState state = plan.state();
      var lack = new Lack(Map.of(), 0);
      if (state instanceof PlanState.Loading) {
        lack = shortPlans.lack(plan, pass.range());
        if (gap == Gap.ACCEPTED && shortPlans.mayBeAccepted(plan, lack, old, pass.settings())) {
          state = shortPlans.accept(plan, lack);
        }
      }
      if (!(state instanceof PlanState.Superseded superseded) || isNews(superseded, old, result)) {
        runs.add(line(plan, state, lack, old));
      }
    }
    if (pass.claimed() != null && runs.stream().noneMatch(run -> run.state() == State.SHORT)) {
      ledger.finishReplay(pass.claimed());
    }
    return runs;
  }

  /** The plans found, and those that should have been. */
  private List<PlanResult> withUnseen(ReplayResult result) {
    var all = new ArrayList<>(result.plans());
    Set<PlannedRun> seen = new HashSet<>();
    all.forEach(plan -> seen.add(plan.sourcePlan()));
    pass.step()
        .expected()
        .forEach(
            (plan, size) -> {
              if (!seen.contains(plan)) {
                all.add(unseen(plan, size));
              }
            });
    return all;
  }

  private PlanResult unseen(PlannedRun source, int size) {
    PlannedRun plan = source.replayed(pass.number());
    Optional<RunHead> later =
        ledger
            .head(plan.stream(), plan.run())
            .filter(head -> head.plan().plan().compareTo(plan.plan()) >= 0);
    if (later.isPresent()) {
      return new PlanResult(
          new OpenPlan(plan, size), new PlanState.Superseded(later.get()), Map.of(), 0);
    }
    int marked = ledger.markers(plan).size();
    return new PlanResult(
        new OpenPlan(plan, size), new PlanState.Loading(marked, size), Map.of(), size - marked);
  }

  /** That an old plan is not the newest is none, unless it was until just now. */
  private static boolean isNews(PlanState.Superseded state, RunHead old, ReplayResult result) {
    PlannedRun by = state.by().plan();
    return (old == null || !old.plan().equals(by))
        && result.plans().stream().noneMatch(plan -> plan.plan().plan().equals(by));
  }

  private static ReplayedRun line(PlanResult plan, PlanState state, Lack lack, RunHead old) {
    PlannedRun named = plan.plan().plan();
    String was = old == null ? null : old.plan().plan().toString();
    String stream = named.stream().name();
    String run = named.run().value();
    String name = named.plan().toString();
    int units = plan.plan().size();
    if (state instanceof PlanState.Loading) {
      return new ReplayedRun(
          stream, run, was, name, State.SHORT, units, 0, lack.units(), lack.nameless(), 0, null);
    } else if (state instanceof PlanState.Superseded superseded) {
      String later = superseded.by().plan().plan().toString();
      return new ReplayedRun(
          stream, run, was, name, State.SUPERSEDED, units, 0, Map.of(), 0, 0, later);
    }
    RunHead head =
        state instanceof PlanState.Publishing publishing
            ? publishing.head()
            : ((PlanState.Live) state).head();
    return new ReplayedRun(
        stream,
        run,
        was,
        name,
        State.PUBLISHED,
        units,
        head.rows(),
        Map.of(),
        0,
        head.abandonedUnits(),
        null);
  }
}
