package io.millrace.connect.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.round.SlotProgress.Outcome;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.SlotProgress.SlotUnit;
import io.millrace.core.PlanId;
import io.millrace.core.window.RunRange;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How far windows have come after a round; windows are ten seconds long. */
class StoredRoundTest {
  private static final RunRange BETWEEN =
      new RunRange.Between(Instant.EPOCH, Instant.ofEpochSecond(1000));
  private static final Outcome FAILED = new Outcome.Failed("no right to read it");

  private final Map<Integer, SlotProgress> slots = new HashMap<>();
  private StreamMark before = StreamMark.START;
  private RunRange range = new RunRange.Continuous();

  private static Outcome rows(long rows) {
    return new Outcome.Finished(rows);
  }

  private static StreamMark mark(long through, Map<Long, Long> recent, List<Long> failed) {
    return new StreamMark(
        through, new TreeMap<>(recent), new TreeSet<>(failed), false, "r", StreamMark.NOTHING);
  }

  private StoredRoundTest slot(long from, Outcome outcome) {
    return slot(new SlotUnit("trips", from, from + 10), outcome);
  }

  private StoredRoundTest slot(SlotUnit unit, Outcome outcome) {
    slots.put(slots.size(), new SlotProgress(id(0), unit, 1, outcome));
    return this;
  }

  private RoundId id(int size) {
    return new RoundId(
        new PlanId(7, "a"), size, "r", range, Map.of("trips", before, "idle", before));
  }

  private StreamMark after(int keep) {
    var round = new StoredRound(id(slots.size()), slots);
    assertThat(round.isComplete()).isTrue();
    return round.marks(keep).get("trips");
  }

  @Test
  void windowsInTurnMoveTheMark() {
    slot(0, rows(3)).slot(10, rows(0)).slot(10, rows(4)).slot(20, rows(5));
    assertThat(after(2)).isEqualTo(mark(30, Map.of(10L, 4L, 20L, 5L), List.of()));
    assertThat(after(0)).isEqualTo(mark(30, Map.of(), List.of()));
  }

  @Test
  void anUnfinishedRoundMovesNothing() {
    slot(0, rows(3)).slot(10, new Outcome.Begun());
    assertThat(new StoredRound(id(2), slots).marks(5))
        .containsOnlyKeys("trips", "idle")
        .containsEntry("trips", StreamMark.START);
  }

  @Test
  void aStreamThatWasNotReadKeepsItsMark() {
    before = mark(10, Map.of(0L, 1L), List.of());
    slot(10, rows(1));
    var marks = new StoredRound(id(1), slots).marks(5);
    assertThat(marks).containsEntry("idle", before);
    assertThat(marks.get("trips").through()).isEqualTo(20);
  }

  @Test
  void aWindowThatFailedIsRememberedAndTheOthersGoOn() {
    slot(0, rows(3)).slot(10, FAILED).slot(10, rows(4)).slot(20, rows(5));
    assertThat(after(5)).isEqualTo(mark(30, Map.of(0L, 3L, 20L, 5L), List.of(10L)));
  }

  @Test
  void aWindowReadAtLastIsNoLongerAFailure() {
    before = mark(30, Map.of(20L, 5L), List.of(0L, 10L));
    slot(0, FAILED).slot(10, rows(7));
    assertThat(after(5)).isEqualTo(mark(30, Map.of(10L, 7L, 20L, 5L), List.of(0L)));
  }

  @Test
  void afterTooManyFailuresNothingMoreIsPassedOver() {
    for (int i = 0; i < StreamMark.MOST_FAILED + 5; i++) {
      slot(10L * i, FAILED);
    }
    StreamMark after = after(5);
    assertThat(after.isStuck()).isTrue();
    assertThat(after.failed()).hasSize(StreamMark.MOST_FAILED);
    assertThat(after.through()).isEqualTo(10L * StreamMark.MOST_FAILED);
  }

  @Test
  void aWindowCountedAgainHasItsNewCount() {
    before = mark(30, Map.of(10L, 4L, 20L, 5L), List.of());
    slot(10, rows(6)).slot(30, rows(1));
    assertThat(after(2)).isEqualTo(mark(40, Map.of(20L, 5L, 30L, 1L), List.of()));
    assertThat(after(3)).isEqualTo(mark(40, Map.of(10L, 6L, 20L, 5L, 30L, 1L), List.of()));
  }

  @Test
  void aRangeReadOnceMoreLeavesTheTurnAlone() {
    before = mark(30, Map.of(20L, 5L), List.of(10L));
    slot(0, FAILED).slot(10, rows(1)).slot(20, rows(6)).slot(30, rows(9));
    range = BETWEEN;
    StreamMark after = after(5);
    assertThat(after.through()).isEqualTo(30);
    assertThat(after.requestThrough()).isEqualTo(40);
    assertThat(after.recent()).isEqualTo(Map.of(10L, 1L, 20L, 6L));
    assertThat(after.failed()).isEmpty();
  }

  @Test
  void aTableThatCouldNotBeAskedStaysWhereItWas() {
    before = mark(30, Map.of(20L, 5L), List.of(10L));
    slot(SlotUnit.whole("trips"), FAILED);
    StreamMark after = after(5);
    assertThat(after.unreadable()).isTrue();
    assertThat(after.through()).isEqualTo(30);
    assertThat(after.failed()).containsExactly(10L);
    before = after;
    slots.clear();
    slot(30, rows(1));
    assertThat(after(5).unreadable()).isFalse();
  }
}
