package io.millrace.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which units a run has to do without. */
class RunEventsTest {
  private static final StreamId TRIPS = new StreamId("taxi", "trips");
  private static final StreamId ZONES = new StreamId("taxi", "zones");

  @TempDir private Path folder;
  private RunRequest request;
  private RunEvents events;

  @BeforeEach
  void ask() {
    request = RunRequest.of(folder, "test", new Nonces(new Random(1)));
    events = new RunEvents(request);
  }

  private Unit unit(StreamId stream, int plan, String partition) {
    return new Unit(stream, RunId.SNAPSHOT, new PlanId(plan, request.id() + plan), partition);
  }

  @Test
  void heldUnitsAreNamedForTheirStream() {
    events.unitHeld(unit(TRIPS, 1, "1"), "garbled");
    events.unitHeld(unit(TRIPS, 1, "0"), "no right");
    assertThat(events.held(TRIPS))
        .containsExactly(
            Map.entry(unit(TRIPS, 1, "0"), "no right"), Map.entry(unit(TRIPS, 1, "1"), "garbled"));
    assertThat(events.held(ZONES)).isEmpty();
  }

  @Test
  void theLastReasonCounts() {
    events.unitHeld(unit(TRIPS, 1, "0"), "no right");
    events.unitHeld(unit(TRIPS, 1, "0"), "dropped");
    assertThat(events.held(TRIPS)).containsValue("dropped").hasSize(1);
  }

  @Test
  void unitsThatAnotherProcessLoadedAreNot() {
    events.unitHeld(unit(TRIPS, 1, "0"), "no right");
    events.unitSkipped(unit(TRIPS, 1, "0"));
    assertThat(events.held(TRIPS)).isEmpty();
  }

  @Test
  void unitsOfAnEarlierPlanAreNot() {
    events.unitHeld(unit(TRIPS, 1, "0"), "no right");
    events.batchKept(unit(TRIPS, 2, "0"), 10, 100);
    assertThat(events.held(TRIPS)).isEmpty();
    events.unitHeld(unit(TRIPS, 1, "1"), "no right");
    assertThat(events.held(TRIPS)).isEmpty();
    events.unitHeld(unit(TRIPS, 2, "1"), "no right");
    assertThat(events.held(TRIPS)).containsOnlyKeys(unit(TRIPS, 2, "1"));
  }

  @Test
  void unitsOfAnotherRequestAreNot() {
    var other = new Unit(TRIPS, RunId.SNAPSHOT, new PlanId(9, "other"), "0");
    events.unitHeld(other, "no right");
    assertThat(events.held(TRIPS)).isEmpty();
  }
}
