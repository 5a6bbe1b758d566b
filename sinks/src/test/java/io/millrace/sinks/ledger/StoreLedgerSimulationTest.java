package io.millrace.sinks.ledger;

import static io.millrace.sinks.ledger.Loader.RUN;
import static io.millrace.sinks.ledger.Loader.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.OpenPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the order of calls and whoever dies: the invariants hold at every moment. */
class StoreLedgerSimulationTest {
  private static final int SEEDS = Integer.getInteger("millrace.seeds", 40);
  private static final RunId OTHER = new RunId("2026-11-19T00:00+01:00");

  @Test
  void threeProcessesLoadThreePlansOfARun() {
    for (int seed = 0; seed < SEEDS; seed++) {
      simulate(seed, 6, List.of(plan(1, 2), plan(2, 3), plan(3, 1), plan(OTHER, 1, 2)), List.of());
    }
  }

  @Test
  void aPlanThatNeverBecomesWholeIsSuperseded() {
    for (int seed = 0; seed < SEEDS; seed++) {
      OpenPlan torn = plan(1, 3);
      simulate(seed, 4, List.of(torn, plan(2, 2)), Loader.units(torn).subList(0, 1));
    }
  }

  @Test
  void plansComeInAnyOrder() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var log = new ArrayList<>(List.of(plan(1, 1), plan(2, 2), plan(3, 1), plan(4, 2)));
      Collections.shuffle(log, new Random(seed));
      simulate(seed, 4, log, List.of());
    }
  }

  private static void simulate(long seed, int crashes, List<OpenPlan> log, List<Unit> lost) {
    var simulation = new Simulation(seed, crashes);
    var random = new Random(seed);
    for (int i = 0; i < 3; i++) {
      long order = random.nextLong();
      simulation.start(
          loader -> {
            for (OpenPlan open : log) {
              var units = new ArrayList<>(Loader.units(open));
              units.removeAll(lost);
              Collections.shuffle(units, new Random(order));
              loader.load(open, units);
            }
            while (!loader.ledger().openPlans().isEmpty()) {
              loader.settleAll();
              simulation.idle();
            }
          });
    }
    try {
      simulation.run();
      assertThat(simulation.newestPlan(RUN)).isEqualTo(latest(log));
    } catch (AssertionError e) {
      throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
    }
  }

  private static PlanId latest(List<OpenPlan> log) {
    return log.stream()
        .map(OpenPlan::plan)
        .filter(plan -> plan.run().equals(RUN))
        .map(PlannedRun::plan)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }
}
