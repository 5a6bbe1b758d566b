package io.millrace.connect.postgres.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.Commission;
import io.millrace.connect.ConnectOptions;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.round.KnownOffsets;
import io.millrace.connect.round.SlotProgress;
import io.millrace.connect.round.SlotProgress.Outcome;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.SlotProgress.SlotUnit;
import io.millrace.connect.round.StoredRounds;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.stage.StoredOffset;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.RunRange;
import io.millrace.core.window.WindowOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the offsets alone tell of a request; nobody answers at this database. */
class RequestProgressTest {
  private static final PostgresOptions OPTIONS =
      new ConnectOptions<>(PostgresOptions.class)
          .require(Map.of("url", "jdbc:postgresql://127.0.0.1:1/none", "table", "public.trips"));
  private static final WindowOptions HOURS =
      new WindowOptions("at", Duration.ofHours(1), Duration.ZERO, "UTC", 0, NullRows.ERROR);

  private final List<StoredOffset> offsets = new ArrayList<>();

  private void store(int slot, Outcome outcome) {
    var round = new RoundId(new PlanId(7, "a"), 2, "wish", new RunRange.Continuous(), Map.of());
    offsets.add(
        new StoredOffset(
            StoredRounds.sourcePartition("p", slot),
            new SlotProgress(round, SlotUnit.whole("trips"), 1, outcome).toOffset()));
  }

  private boolean isFulfilled(String request, WindowOptions windows) {
    var commission = new Commission("p", request, new RunRange.Continuous());
    return new RequestProgress(OPTIONS, commission, windows).isFulfilled(offsets);
  }

  @Test
  void aRequestIsFulfilledWhenItsRoundIsComplete() {
    store(0, new Outcome.Finished(7));
    assertThat(isFulfilled("wish", null)).isFalse();
    assertThat(isFulfilled("wish", HOURS)).isFalse();
    store(1, new Outcome.Failed("no right to read it"));
    assertThat(isFulfilled("wish", null)).isTrue();
  }

  @Test
  void whatElseIsDueOnlyTheSourceKnows() {
    store(0, new Outcome.Finished(7));
    store(1, new Outcome.Finished(7));
    assertThatThrownBy(() -> isFulfilled("another", null)).isInstanceOf(MillraceException.class);
    assertThatThrownBy(() -> isFulfilled("wish", HOURS)).isInstanceOf(MillraceException.class);
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
