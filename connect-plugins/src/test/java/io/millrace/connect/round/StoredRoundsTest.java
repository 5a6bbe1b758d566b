package io.millrace.connect.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.round.SlotProgress.Outcome;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.SlotProgress.SlotUnit;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.window.RunRange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a round counts as read to its end. */
class StoredRoundsTest {
  private static final PlanId PLAN = new PlanId(1_795_171_234_567L, "a");
  private static final PlanId LATER = new PlanId(1_795_171_234_999L, "b");

  private final FakeOffsets offsets = new FakeOffsets();
  private final StoredRounds rounds = new StoredRounds(offsets, "p");

  private void store(int slot, SlotProgress stored) {
    offsets.store(StoredRounds.sourcePartition("p", slot), stored.toOffset());
  }

  private static SlotProgress reading(PlanId plan, int size, String request) {
    return new SlotProgress(
        new RoundId(
            plan, size, request, new RunRange.Continuous(), Map.of("trips", StreamMark.START)),
        new SlotUnit("trips", 0, 0),
        1,
        new Outcome.Begun());
  }

  private boolean isComplete() {
    return rounds.latest().orElseThrow().isComplete();
  }

  @Test
  void nothingStoredIsNoRound() {
    assertThat(rounds.latest()).isEmpty();
    assertThat(rounds.of(List.of(0))).isEmpty();
  }

  @Test
  void aRoundIsCompleteWhenAllItsPartitionsAreReadOrGivenUp() {
    store(0, reading(PLAN, 2, "r").finished(10));
    assertThat(isComplete()).as("slot 1 is missing").isFalse();
    store(1, reading(PLAN, 2, "r"));
    assertThat(isComplete()).as("slot 1 is being read").isFalse();
    store(1, reading(PLAN, 2, "r").finished(0));
    assertThat(isComplete()).isTrue();
    store(1, reading(PLAN, 2, "r").failed("no right to read it"));
    assertThat(isComplete()).as("slot 1 was given up").isTrue();
  }

  @Test
  void leftoversOfALargerRoundDoNoHarm() {
    for (int slot = 0; slot < 5; slot++) {
      store(slot, reading(PLAN, 5, "old").finished(1));
    }
    store(0, reading(LATER, 1, "r").finished(1));
    assertThat(isComplete()).isTrue();
    assertThat(rounds.latest().orElseThrow().id().request()).isEqualTo("r");
  }

  @Test
  void theLatestRoundIsFoundInAnySlot() {
    store(0, reading(PLAN, 3, "r").finished(1));
    store(2, reading(LATER, 3, "r"));
    assertThat(rounds.latest().orElseThrow().id().plan()).isEqualTo(LATER);
    assertThat(isComplete()).isFalse();
  }

  @Test
  void manySlotsAreFound() {
    for (int slot = 0; slot < 700; slot++) {
      store(slot, reading(PLAN, 700, "r").finished(1));
    }
    assertThat(isComplete()).isTrue();
  }

  @Test
  void connectGivesNumbersBackAsLongs() {
    Map<String, Object> offset = reading(PLAN, 2, "r").finished(10).toOffset();
    offset.put("size", 2L);
    offset.put("attempt", 1L);
    offset.put("rows", 10);
    assertThat(SlotProgress.of(offset)).contains(reading(PLAN, 2, "r").finished(10));
  }

  @Test
  void aForeignOffsetIsRefused() {
    assertThatThrownBy(() -> SlotProgress.of(Map.of("lsn", 17L)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("lsn");
  }
}
