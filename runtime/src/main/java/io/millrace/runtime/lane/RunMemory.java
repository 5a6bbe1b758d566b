package io.millrace.runtime.lane;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.Unit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a lane remembers of finished units: per plan the names of its loaded Partitions, and one
 * plan for all that a run's head has decided. Only a limited number of runs; forgetting one costs a
 * look-up should another record of it come, nothing more.
 */
final class RunMemory {
  private final Map<RunId, Run> runs = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
  private final int limit;

  RunMemory(int limit) {
    this.limit = limit;
  }

  Run of(RunId id) {
    Run run = runs.computeIfAbsent(id, Run::new);
    if (runs.size() > limit) {
      var eldest = runs.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    return run;
  }

  int size() {
    return runs.size();
  }

  /** One run as it is remembered. */
  static final class Run {
    private final RunId id;
    private final TreeMap<PlanId, Set<String>> loaded = new TreeMap<>();
    private PlanId newest;
    private PlanId head;

    private Run(RunId id) {
      this.id = id;
    }

    /** Notes that the plan was seen; says whether it is later than all before it. */
    boolean see(PlanId plan) {
      if (newest != null && newest.compareTo(plan) >= 0) {
        return false;
      }
      newest = plan;
      return true;
    }

    /** Whether a later plan was seen. */
    boolean isOutdated(PlanId plan) {
      return newest != null && newest.compareTo(plan) > 0;
    }

    /** That a later plan was seen, in words. */
    String laterPlan() {
      return "plan %s of run %s was seen".formatted(newest, id);
    }

    /** Whether the run's head names this plan or a later one. */
    boolean isDecided(PlanId plan) {
      return head != null && head.compareTo(plan) >= 0;
    }

    boolean isLoaded(Unit unit) {
      return loaded.getOrDefault(unit.plan(), Set.of()).contains(unit.partition());
    }

    void loaded(Unit unit) {
      if (!isDecided(unit.plan())) {
        loaded.computeIfAbsent(unit.plan(), plan -> new HashSet<>()).add(unit.partition());
      }
    }

    /** The run's head names this plan. */
    void decide(PlanId plan) {
      if (!isDecided(plan)) {
        head = plan;
        loaded.headMap(plan, /* inclusive= */ true).clear();
      }
    }
  }
}
