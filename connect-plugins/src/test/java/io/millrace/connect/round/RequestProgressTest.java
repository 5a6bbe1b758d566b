package io.millrace.connect.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.round.SlotProgress.Outcome;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.SlotProgress.SlotUnit;
import io.millrace.core.PlanId;
import io.millrace.core.stage.SourceRequest;
import io.millrace.core.stage.StoredOffset;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.RunRange;
import io.millrace.core.window.WindowOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the offsets alone tell of a request, and when the source has to be asked. */
class RequestProgressTest {
  private static final WindowOptions HOURS =
      new WindowOptions("at", Duration.ofHours(1), Duration.ZERO, "UTC", 0, NullRows.ERROR);

  private final List<StoredOffset> offsets = new ArrayList<>();
  private final List<String> askedAfter = new ArrayList<>();

  private void store(int slot, Outcome outcome) {
    var round = new RoundId(new PlanId(7, "a"), 2, "wish", new RunRange.Continuous(), Map.of());
    offsets.add(
        new StoredOffset(
            StoredRounds.sourcePartition("p", slot),
            new SlotProgress(round, SlotUnit.whole("trips"), 1, outcome).toOffset()));
  }

  private boolean isFulfilled(String request, WindowOptions windows, boolean nothingDue) {
    var asked = new SourceRequest("p", request, windows, new RunRange.Continuous());
    return new RequestProgress(asked)
        .isFulfilled(
            offsets,
            latest -> {
              askedAfter.add(latest.id().request());
              return nothingDue;
            });
  }

  @Test
  void aRequestIsFulfilledWhenItsRoundIsComplete() {
    store(0, new Outcome.Finished(7));
    assertThat(isFulfilled("wish", null, true)).isFalse();
    assertThat(isFulfilled("wish", HOURS, true)).isFalse();
    store(1, new Outcome.Failed("no right to read it"));
    assertThat(isFulfilled("wish", null, false)).isTrue();
    assertThat(askedAfter).isEmpty();
  }

  @Test
  void whatElseIsDueOnlyTheSourceKnows() {
    store(0, new Outcome.Finished(7));
    store(1, new Outcome.Finished(7));
    assertThat(isFulfilled("another", null, false)).isFalse();
    assertThat(isFulfilled("wish", HOURS, true)).isTrue();
    assertThat(askedAfter).containsExactly("wish", "wish");
  }

  @Test
  void offsetsAreFoundWhateverMapTheyAreFiledUnder() {
    store(0, new Outcome.Finished(7));
    var known = new KnownOffsets(offsets);
    assertThat(known.offset(Map.of("slot", "0000", "pipeline", "p"))).containsEntry("rows", 7L);
    assertThat(known.offset(Map.of("slot", "0001", "pipeline", "p"))).isNull();
    assertThat(known.offsets(List.of(Map.of("slot", "0001", "pipeline", "p")))).isEmpty();
  }
}
