package io.millrace.runtime.replay;

import io.millrace.core.Nonces;
import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.runtime.sink.ReplayResult.PlanResult;
import io.millrace.runtime.sink.SinkSettings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Says what a plan lacks after a replay, and does without it where an operator decided so. */
final class ShortPlans {
  /** What a plan lacks: units with the reason, and how many whose names nobody knows. */
  record Lack(Map<String, String> units, int nameless) {}

  private final Ledger ledger;
  private final LedgerView known;
  private final ReplayLog log;
  private final Nonces nonces;
  private final InstantSource clock;

  /**
   * Looks at plans of a ledger.
   *
   * @param known the ledger that may know the units of a plan under its source's name, or under
   *     that of an earlier replay
   */
  ShortPlans(Ledger ledger, LedgerView known, ReplayLog log, Nonces nonces, InstantSource clock) {
    this.ledger = ledger;
    this.known = known;
    this.log = log;
    this.nonces = nonces;
    this.clock = clock;
  }

  /** What the plan lacks. */
  Lack lack(PlanResult result, List<LogSpan> range) {
    var units = new TreeMap<>(result.missing());
    int nameless = result.unseen();
    if (nameless > 0) {
      Set<String> marked = partitions(ledger, result.plan().plan());
      String reason = gone(result.plan().plan(), range);
      for (String partition : elsewhere(result)) {
        if (nameless > 0 && !marked.contains(partition) && !units.containsKey(partition)) {
          units.put(partition, reason);
          nameless--;
        }
      }
    }
    return new Lack(units, nameless);
  }

  /** The units of the plan as the run's head has them, if that is the same plan of the source. */
  private Set<String> elsewhere(PlanResult result) {
    PlannedRun source = result.sourcePlan();
    return known
        .head(source.stream(), source.run())
        .map(head -> head.plan())
        .filter(plan -> plan.replayed(0).equals(source))
        .map(plan -> partitions(known, plan))
        .orElse(Set.of());
  }

  private static Set<String> partitions(LedgerView ledger, PlannedRun plan) {
    return ledger.markers(plan).stream()
        .map(marker -> marker.unit().partition())
        .collect(Collectors.toSet());
  }

  private String gone(PlannedRun plan, List<LogSpan> range) {
    String begins =
        range.stream()
            .filter(span -> span.topic().equals(plan.stream().topic()))
            .map(
                span ->
                    "%s-%d begins at offset %d"
                        .formatted(span.topic(), span.partition(), log.begin(span)))
            .collect(Collectors.joining(", "));
    return "the log has no record of it: " + begins;
  }

  /**
   * Whether a plan may go on without what it lacks. Not with nothing: an empty run helps nobody.
   * And not while its source may still be sending it.
   */
  boolean mayBeAccepted(PlanResult result, Lack lack, RunHead old, SinkSettings settings) {
    PlannedRun source = result.sourcePlan();
    Instant made = Instant.ofEpochMilli(source.plan().epochMillis());
    boolean wasWhole = old != null && old.plan().replayed(0).equals(source);
    return lack.units().size() + lack.nameless() < result.plan().size()
        && (wasWhole
            || made.plus(settings.parkAfter()).isBefore(clock.instant())
            || !ledger.held(source).isEmpty());
  }

  /** Gives the units up that a plan lacks, so that it becomes whole; says how it stands then. */
  PlanState accept(PlanResult result, Lack lack) {
    OpenPlan plan = result.plan();
    lack.units().forEach((partition, reason) -> abandon(plan, partition, reason));
    for (int i = 1; i <= lack.nameless(); i++) {
      abandon(plan, "~gap-" + i, "the log has no record of it");
    }
    return ledger.settle(plan);
  }

  private void abandon(OpenPlan plan, String partition, String reason) {
    ledger.mark(
        UnitMarker.abandoned(
            plan.plan().unit(partition),
            plan.size(),
            nonces.next(),
            "accepted gap: " + reason,
            clock.instant()));
  }
}
