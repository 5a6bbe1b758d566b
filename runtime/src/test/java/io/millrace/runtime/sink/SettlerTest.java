package io.millrace.runtime.sink;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.MillraceException;
import io.millrace.core.ledger.LogPosition;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettlerTest {
  private static final OpenPlan PLAN =
      new OpenPlan(TestAttempt.unit(1, "a").plannedRun(), /* size= */ 2);

  private final MemoryLedger ledger = new MemoryLedger();
  private final RecordedEvents events = new RecordedEvents();
  private final Failures failures = new Failures(events);
  private final List<PlanState> states = new CopyOnWriteArrayList<>();
  private final Settler settler =
      new Settler(
          Executors.newSingleThreadScheduledExecutor(),
          ledger,
          InstantSource.system(),
          events,
          failures,
          (plan, state) -> states.add(state));

  @AfterEach
  void stop() {
    settler.stop(PATIENCE);
  }

  @Test
  void looksAfterPlansThatOthersLeftOpen() {
    ledger.open(PLAN);
    settler.start(Duration.ofMillis(5));
    await().atMost(PATIENCE).until(() -> states.size() > 1);
    assertThat(states).allMatch(new PlanState.Loading(0, 2)::equals);
  }

  @Test
  void looksSoonAfterALoad() {
    settler.settleSoon(PLAN);
    await().atMost(PATIENCE).until(() -> states.size() == 1);
  }

  @Test
  void writesTheNewestHintOfEachPlaceOnce() {
    var place = new LanePlace("trips.rides", "id", 1);
    settler.hint(place, 5);
    settler.hint(place, 7);
    settler.start(Duration.ofMillis(5));
    await().atMost(PATIENCE).until(() -> ledger.hint("id", 1).isPresent());
    assertThat(ledger.hint("id", 1)).contains(new LogPosition("id", 1, 7));
    ledger.forgetHints();
    ledger.open(PLAN);
    await().atMost(PATIENCE).until(() -> states.size() > 2);
    assertThat(ledger.hint("id", 1)).isEmpty();
  }

  @Test
  void writesTheLastHintsWhenItIsStopped() {
    settler.hint(new LanePlace("trips.rides", "id", 1), 5);
    settler.stop(PATIENCE);
    assertThat(ledger.hint("id", 1)).contains(new LogPosition("id", 1, 5));
  }

  @Test
  void leavesWhatMayPassToTheNextRound() {
    ledger.open(PLAN);
    ledger.failNextSettles(
        2, MillraceException.passing(MillraceException.Category.TARGET, "busy", null));
    settler.start(Duration.ofMillis(5));
    await().atMost(PATIENCE).until(() -> !states.isEmpty());
    assertThat(events.of("retrying")).hasSize(2);
    assertThat(failures.first()).isEmpty();
  }

  @Test
  void failsOnWhatDoesNotPass() {
    ledger.open(PLAN);
    ledger.failNextSettles(1, MillraceException.lasting(MillraceException.Category.TARGET, "full"));
    settler.start(Duration.ofMillis(5));
    await().atMost(PATIENCE).until(() -> failures.first().isPresent());
    assertThat(failures.first().orElseThrow()).hasMessage("full");
  }
}
