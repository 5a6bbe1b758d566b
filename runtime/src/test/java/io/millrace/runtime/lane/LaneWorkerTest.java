package io.millrace.runtime.lane;

import static io.millrace.runtime.lane.SentAttempt.RUN;
import static io.millrace.runtime.lane.SentAttempt.plan;
import static io.millrace.runtime.lane.SentAttempt.unit;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.RunId;
import io.millrace.core.Unit;
import io.millrace.core.wire.BatchHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every row of the table in {@link LaneWorker}. */
class LaneWorkerTest {
  private static final Duration PARK_AFTER = Duration.ofMinutes(10);
  private static final long MINUTE = 60_000;
  private static final Unit UNIT = unit(1, "a");
  private static final Unit OTHER = unit(1, "b");

  private final LaneWorker lane = new LaneWorker(PARK_AFTER);
  private final SentAttempt first = SentAttempt.of(UNIT, "first", 2);
  private final SentAttempt second = SentAttempt.of(UNIT, "second", 2);
  private long offset;
  private long now = 1_795_000_000_000L;

  /** Sends these sequences of an attempt one after the other; returns the actions of all. */
  private List<LaneAction> send(SentAttempt attempt, int... sequences) {
    var actions = new ArrayList<LaneAction>();
    for (int sequence : sequences) {
      actions.addAll(lane.record(attempt.at(offset++, now, sequence)));
    }
    return actions;
  }

  private List<LaneAction> sendEnd(SentAttempt attempt, BatchHeader.PartitionEnd end) {
    return lane.record(
        new LaneRecord(offset++, now, 3, end, attempt.valueChecksum(attempt.batches())));
  }

  private List<LaneAction> open(Unit unit) {
    return lane.answer(unit, new Known.Open());
  }

  private AttemptEnd endAt(SentAttempt attempt, long at) {
    return new AttemptEnd(
        attempt.end(10L * attempt.batches(), attempt.checksum()), at, /* leaderEpoch= */ 3);
  }

  private LaneAction keep(SentAttempt attempt, int sequence) {
    return new LaneAction.Keep(attempt.key(), sequence);
  }

  private LaneAction load(SentAttempt attempt, long endOffset) {
    return new LaneAction.Load(endAt(attempt, endOffset));
  }

  private LaneAction reread(SentAttempt attempt, long endOffset) {
    return new LaneAction.Reread(endAt(attempt, endOffset), offset - 1);
  }

  private static Drops drops(List<LaneAction> actions) {
    return new Drops(
        actions.stream()
            .filter(LaneAction.Drop.class::isInstance)
            .map(action -> ((LaneAction.Drop) action).reason())
            .toList());
  }

  private record Drops(List<String> reasons) {}

  private static List<AttemptKey> discarded(List<LaneAction> actions) {
    return actions.stream()
        .filter(LaneAction.Discard.class::isInstance)
        .map(action -> ((LaneAction.Discard) action).attempt())
        .toList();
  }

  private void assertOnlyDropped(List<LaneAction> actions) {
    assertThat(actions).isNotEmpty().allMatch(LaneAction.Drop.class::isInstance);
  }

  private void assertCommit(long expected) {
    assertThat(lane.commitOffset()).hasValue(expected);
  }

  @Nested
  class WithNothingRead {
    @Test
    void thereIsNothingToCommit() {
      assertThat(lane.commitOffset()).isEmpty();
    }

    @Test
    void recordsOfOthersMoveTheOffset() {
      lane.passed(7);
      assertCommit(7);
      lane.passed(5);
      assertCommit(7);
    }
  }

  @Nested
  class Asked {
    @Test
    void theFirstRecordOfAUnitAsksTheLedgerAndIsKept() {
      assertThat(send(first, 0)).containsExactly(new LaneAction.LookUp(UNIT, 4), keep(first, 0));
      assertThat(send(first, 1)).containsExactly(keep(first, 1));
      assertCommit(0);
    }

    @Test
    void aLoadedUnitIsDroppedForGood() {
      send(first, 0);
      assertThat(discarded(lane.answer(UNIT, new Known.Loaded()))).containsExactly(first.key());
      assertCommit(1);
      assertOnlyDropped(send(first, 1, 2));
      assertOnlyDropped(send(second, 0));
      assertCommit(4);
    }

    @Test
    void aDecidedRunIsDroppedForGoodWithAllItsUnits() {
      send(first, 0);
      send(SentAttempt.of(OTHER, "x", 1), 0);
      List<LaneAction> actions = lane.answer(UNIT, new Known.Decided(plan(1)));
      assertThat(discarded(actions)).extracting(AttemptKey::unit).containsExactly(UNIT, OTHER);
      assertCommit(2);
      assertOnlyDropped(send(SentAttempt.of(unit(1, "c"), "y", 1), 0));
    }

    @Test
    void aCompleteAttemptWaitsForTheAnswer() {
      assertThat(send(first, 0, 1, 2)).noneMatch(LaneAction.Load.class::isInstance);
      send(second, 0, 1, 2);
      List<LaneAction> actions = open(UNIT);
      assertThat(discarded(actions)).containsExactly(second.key());
      assertThat(actions).endsWith(load(first, 2));
    }

    @Test
    void anAttemptWhoseCountsDisagreeIsHeldOnlyOnceTheUnitIsKnownAsOpen() {
      send(first, 0, 1);
      assertThat(discarded(sendEnd(first, first.end(19, first.checksum()))))
          .containsExactly(first.key());
      assertThat(lane.held()).isEmpty();
      assertCommit(0);
      open(UNIT);
      assertThat(lane.held()).containsOnlyKeys(UNIT);
      assertCommit(3);
    }

    @Test
    void anAnswerForAUnitThatIsGoneIsIgnored() {
      send(first, 0);
      lane.decided(RUN, plan(1));
      assertThat(open(UNIT)).isEmpty();
      assertCommit(1);
    }
  }

  @Nested
  class Collecting {
    @Test
    void aCompleteAttemptIsLoaded() {
      send(first, 0);
      open(UNIT);
      assertThat(send(first, 1, 2)).containsExactly(keep(first, 1), keep(first, 2), load(first, 2));
      assertCommit(0);
      assertThat(lane.loaded(UNIT)).isEmpty();
      assertCommit(3);
    }

    @Test
    void anAttemptWithoutRowsIsLoaded() {
      SentAttempt empty = SentAttempt.of(UNIT, "empty", 0);
      send(empty, 0);
      assertThat(open(UNIT)).containsExactly(load(empty, 0));
    }

    @Test
    void orderMeansNothing() {
      send(first, 0);
      open(UNIT);
      assertThat(send(first, 2)).containsExactly(keep(first, 2));
      assertThat(send(first, 1)).containsExactly(keep(first, 1), load(first, 1));
    }

    @Test
    void duplicatesAreDropped() {
      send(first, 0);
      open(UNIT);
      assertThat(drops(send(first, 0)).reasons()).containsExactly("a duplicate");
      send(first, 2);
      assertThat(drops(send(first, 2, 0)).reasons()).containsExactly("a duplicate", "a duplicate");
      assertThat(send(first, 1)).endsWith(load(first, 2));
    }

    @Test
    void theFirstCompleteAttemptWinsAndTheOthersGo() {
      send(first, 0);
      open(UNIT);
      send(second, 0);
      SentAttempt third = SentAttempt.of(UNIT, "third", 9);
      send(third, 0, 4);
      List<LaneAction> actions = send(second, 1, 2);
      assertThat(discarded(actions)).containsExactly(first.key(), third.key());
      assertThat(actions).endsWith(load(second, 5));
    }

    @Test
    void theOffsetStaysAtTheOldestLiveUnit() {
      SentAttempt other = SentAttempt.of(OTHER, "x", 1);
      send(first, 0);
      send(other, 0);
      open(UNIT);
      open(OTHER);
      send(first, 1, 2);
      lane.loaded(UNIT);
      assertCommit(1);
      send(other, 1);
      lane.passed(99);
      assertCommit(1);
      lane.loaded(OTHER);
      assertCommit(99);
    }

    @Test
    void rowsThatDisagreeAreNeverLoaded() {
      send(first, 0, 1);
      open(UNIT);
      List<LaneAction> actions = sendEnd(first, first.end(21, first.checksum()));
      assertThat(actions)
          .contains(
              new LaneAction.Discard(
                  first.key(), "its batches hold 20 rows, but the source counted 21"))
          .noneMatch(LaneAction.Load.class::isInstance);
    }

    @Test
    void checksumsThatDisagreeAreNeverLoaded() {
      send(first, 0, 1);
      open(UNIT);
      List<LaneAction> actions = sendEnd(first, first.end(20, 0xbad));
      assertThat(discarded(actions)).containsExactly(first.key());
      assertThat(actions).noneMatch(LaneAction.Load.class::isInstance);
    }

    @Test
    void aBatchBeyondTheEndIsNeverLoaded() {
      SentAttempt longer = SentAttempt.of(UNIT, "first", 3);
      send(longer, 0, 2);
      open(UNIT);
      List<LaneAction> actions = sendEnd(first, first.end(20, first.checksum()));
      assertThat(actions)
          .contains(
              new LaneAction.Discard(
                  first.key(), "batch 2 lies beyond the end, which announces 2 batches"));
    }

    @Test
    void otherAttemptsMayStillWinWhenCountsDisagree() {
      send(first, 0, 1);
      open(UNIT);
      send(second, 0);
      sendEnd(first, first.end(0, 0));
      assertThat(lane.held()).isEmpty();
      assertCommit(0);
      assertThat(drops(send(first, 0)).reasons()).containsExactly("its attempt is of no use");
      assertThat(send(second, 1, 2)).endsWith(load(second, 6));
    }

    @Test
    void isHeldWhenCountsDisagreeAndNoOtherAttemptIsOpen() {
      send(first, 0, 1);
      open(UNIT);
      assertThat(sendEnd(first, first.end(21, 0)))
          .endsWith(
              new LaneAction.Hold(UNIT, "its batches hold 20 rows, but the source counted 21"));
      assertThat(lane.held())
          .isEqualTo(Map.of(UNIT, "its batches hold 20 rows, but the source counted 21"));
      assertCommit(3);
    }

    @Test
    void anAttemptBegunBeforeTheLaneIsReadAgainAtItsEnd() {
      send(first, 1);
      open(UNIT);
      List<LaneAction> actions = send(first, 2);
      assertThat(discarded(actions)).containsExactly(first.key());
      assertThat(actions).endsWith(reread(first, 1));
      assertCommit(0);
    }

    @Test
    void anAttemptBegunBeforeTheLaneIsReadAgainOnceTheUnitIsKnownAsOpen() {
      assertThat(send(first, 1, 2))
          .containsExactly(new LaneAction.LookUp(UNIT, 4), keep(first, 1), keep(first, 2));
      assertThat(open(UNIT)).endsWith(reread(first, 1));
    }

    @Test
    void aLaterPlanOfTheRunParksIt() {
      send(first, 0);
      open(UNIT);
      SentAttempt later = SentAttempt.of(unit(2, "z"), "later", 1);
      List<LaneAction> actions = send(later, 0);
      assertThat(discarded(actions)).containsExactly(first.key());
      assertThat(lane.parked())
          .isEqualTo(Map.of(UNIT, "plan %s of run %s was seen".formatted(plan(2), RUN)));
      assertCommit(1);
    }

    @Test
    void anEarlierPlanOrAnotherRunParksNothing() {
      SentAttempt later = SentAttempt.of(unit(2, "z"), "later", 1);
      send(later, 0);
      open(later.reading().unit());
      send(first, 0);
      assertThat(lane.parked()).isEmpty();
      assertCommit(0);
      open(UNIT);
      assertThat(lane.parked()).containsOnlyKeys(UNIT);
      assertThat(lane.collecting()).containsExactly(later.reading().unit());
    }

    @Test
    void aCompleteAttemptOfAnEarlierPlanIsLoadedNevertheless() {
      send(first, 0, 1, 2);
      send(SentAttempt.of(unit(2, "z"), "later", 1), 0);
      assertThat(open(UNIT)).containsExactly(load(first, 2));
    }

    @Test
    void logTimeWithoutABatchParksIt() {
      send(first, 0);
      open(UNIT);
      SentAttempt other = SentAttempt.of(OTHER, "x", 9);
      send(other, 0);
      open(OTHER);
      now += 6 * MINUTE;
      send(other, 1);
      assertThat(lane.parked()).isEmpty();
      now += 4 * MINUTE;
      List<LaneAction> actions = send(other, 2);
      assertThat(discarded(actions)).containsExactly(first.key());
      assertThat(lane.parked()).containsOnlyKeys(UNIT);
      assertCommit(1);
    }

    @Test
    void itsOwnBatchComesBeforeParking() {
      send(first, 0);
      open(UNIT);
      now += 60 * MINUTE;
      assertThat(send(first, 1)).containsExactly(keep(first, 1));
      assertThat(lane.parked()).isEmpty();
    }

    @Test
    void aRecordFromThePastDoesNotTurnTimeBack() {
      send(first, 0);
      open(UNIT);
      now -= 60 * MINUTE;
      assertThat(send(first, 1)).containsExactly(keep(first, 1));
      now += 65 * MINUTE;
      send(SentAttempt.of(OTHER, "x", 1), 0);
      assertThat(lane.parked()).isEmpty();
    }

    @Test
    void whoeverIsShortOfSpaceParksIt() {
      send(first, 0);
      assertThat(lane.collecting()).isEmpty();
      open(UNIT);
      assertThat(lane.collecting()).containsExactly(UNIT);
      assertThat(lane.park(UNIT, "full"))
          .containsExactly(
              new LaneAction.Discard(first.key(), "full"), new LaneAction.Park(UNIT, "full"));
      assertThat(lane.park(UNIT, "full")).isEmpty();
      assertCommit(1);
    }

    @Test
    void isHeldRatherThanParkedWhenAnAttemptHasProvedUseless() {
      send(first, 0, 1);
      open(UNIT);
      send(second, 0);
      sendEnd(first, first.end(21, 0));
      assertThat(lane.park(UNIT, "full"))
          .endsWith(
              new LaneAction.Hold(UNIT, "its batches hold 20 rows, but the source counted 21"));
    }

    @Test
    void isReadAgainRatherThanParkedWhenAnAttemptHasEnded() {
      send(first, 0);
      open(UNIT);
      send(first, 2);
      List<LaneAction> actions = lane.park(UNIT, "full");
      assertThat(discarded(actions)).containsExactly(first.key());
      assertThat(actions).endsWith(reread(first, 1));
      assertCommit(0);
    }

    @Test
    void aHeadAtOrAboveItsPlanClosesIt() {
      send(first, 0);
      open(UNIT);
      assertThat(lane.decided(RUN, plan(0))).isEmpty();
      assertCommit(0);
      assertThat(discarded(lane.decided(RUN, plan(1)))).containsExactly(first.key());
      assertCommit(1);
      assertOnlyDropped(send(first, 1));
      assertThat(send(SentAttempt.of(unit(2, "a"), "next", 1), 0))
          .contains(new LaneAction.LookUp(unit(2, "a"), 4));
    }
  }

  @Nested
  class Busy {
    private void loadFirst() {
      send(first, 0);
      open(UNIT);
      assertThat(send(first, 1, 2)).endsWith(load(first, 2));
    }

    @Test
    void recordsAreDropped() {
      loadFirst();
      assertOnlyDropped(send(first, 0, 2));
      assertOnlyDropped(send(second, 0, 1, 2));
    }

    @Test
    void nothingParksIt() {
      loadFirst();
      now += 60 * MINUTE;
      send(SentAttempt.of(unit(2, "z"), "later", 1), 0);
      assertThat(lane.park(UNIT, "full")).isEmpty();
      assertThat(lane.parked()).isEmpty();
      assertCommit(0);
    }

    @Test
    void aHeadDoesNotTakeItFromTheWriter() {
      loadFirst();
      assertThat(lane.decided(RUN, plan(1))).isEmpty();
      assertCommit(0);
      lane.loaded(UNIT);
      assertCommit(3);
    }

    @Test
    void aFailureAfterTheHeadClosesIt() {
      loadFirst();
      lane.decided(RUN, plan(2));
      assertThat(lane.failed(UNIT, "not Arrow")).isEmpty();
      assertThat(lane.held()).isEmpty();
      assertCommit(3);
    }

    @Test
    void aFailureHoldsIt() {
      loadFirst();
      assertThat(lane.failed(UNIT, "not Arrow"))
          .containsExactly(new LaneAction.Hold(UNIT, "not Arrow"));
      assertThat(lane.held()).isEqualTo(Map.of(UNIT, "not Arrow"));
      assertCommit(3);
    }

    @Test
    void aFailureGivesTheNextEndedAttemptItsTurn() {
      loadFirst();
      send(second, 1, 2, 2);
      assertThat(lane.failed(UNIT, "not Arrow")).containsExactly(reread(second, 4));
      assertCommit(0);
      assertThat(lane.failed(UNIT, "gone")).containsExactly(new LaneAction.Hold(UNIT, "gone"));
      assertCommit(6);
    }

    @Test
    void anAttemptThatHadEndedBeforeTheWinnerIsTriedAfterIt() {
      send(second, 0);
      open(UNIT);
      send(second, 2);
      send(first, 0, 1);
      assertThat(send(first, 2)).endsWith(load(first, 4));
      assertThat(lane.failed(UNIT, "not Arrow")).containsExactly(reread(second, 1));
    }

    @Test
    void theRestOfAnAttemptThatIsReadAgainGivesItAnotherTurn() {
      send(first, 1);
      open(UNIT);
      assertThat(send(first, 2)).endsWith(reread(first, 1));
      assertOnlyDropped(send(first, 0));
      assertThat(lane.failed(UNIT, "batch 0 is gone")).containsExactly(reread(first, 1));
    }

    @Test
    void anOutcomeForAUnitThatIsNotBusyIsIgnored() {
      send(first, 0);
      assertThat(lane.failed(UNIT, "late")).isEmpty();
      assertThat(lane.failed(OTHER, "late")).isEmpty();
      assertCommit(0);
    }

    @Test
    void loadedByWhomeverClosesItForGood() {
      loadFirst();
      lane.loaded(UNIT);
      assertOnlyDropped(send(second, 0, 1, 2));
      assertCommit(6);
    }
  }

  @Nested
  class Waiting {
    private void park() {
      send(first, 0);
      open(UNIT);
      lane.park(UNIT, "full");
    }

    private void hold() {
      send(first, 0, 1);
      open(UNIT);
      sendEnd(first, first.end(21, 0));
      assertThat(lane.held()).containsOnlyKeys(UNIT);
    }

    @Test
    void dataOfAParkedAttemptIsDropped() {
      park();
      assertOnlyDropped(send(first, 1));
      assertCommit(2);
    }

    @Test
    void theEndOfAParkedAttemptHasItReadAgainAndHoldsTheOffset() {
      park();
      send(first, 1);
      assertThat(send(first, 2)).endsWith(reread(first, 2));
      assertThat(lane.parked()).isEmpty();
      send(SentAttempt.of(OTHER, "x", 1), 0);
      assertCommit(2);
      lane.loaded(UNIT);
      assertCommit(3);
    }

    @Test
    void aGapInTheLogHoldsItUntilTheRestComes() {
      park();
      send(first, 2);
      assertThat(lane.failed(UNIT, "batch 1 is gone"))
          .containsExactly(new LaneAction.Hold(UNIT, "batch 1 is gone"));
      assertCommit(2);
      assertThat(send(first, 1)).endsWith(reread(first, 1));
      assertThat(lane.held()).isEmpty();
      assertCommit(2);
    }

    @Test
    void theRestOfAnEndedAttemptIsReadAgainWhileAnotherIsCollected() {
      park();
      send(first, 2);
      lane.failed(UNIT, "batch 1 is gone");
      send(second, 0);
      List<LaneAction> actions = send(first, 1);
      assertThat(discarded(actions)).containsExactly(second.key());
      assertThat(actions).endsWith(reread(first, 1));
    }

    @Test
    void aNewAttemptIsCollectedFromItsBeginning() {
      park();
      assertThat(send(second, 0)).containsExactly(keep(second, 0));
      assertThat(lane.parked()).isEmpty();
      assertCommit(1);
      assertThat(send(second, 1, 2)).endsWith(load(second, 3));
    }

    @Test
    void aNewAttemptFreesAHeldUnit() {
      hold();
      assertThat(send(second, 0, 1, 2)).endsWith(load(second, 5));
      lane.loaded(UNIT);
      assertThat(lane.held()).isEmpty();
      assertCommit(6);
    }

    @Test
    void theAttemptThatProvedUselessStaysUseless() {
      hold();
      assertOnlyDropped(send(first, 0, 1, 2));
      assertThat(lane.held()).containsOnlyKeys(UNIT);
    }

    @Test
    void aDuplicateOfAParkedAttemptsBeginningFreesNothing() {
      park();
      assertOnlyDropped(send(first, 0));
      assertThat(lane.parked()).containsOnlyKeys(UNIT);
    }

    @Test
    void anAttemptWithoutRowsIsLoadedEvenIfItsPlanIsOutdated() {
      park();
      send(SentAttempt.of(unit(2, "z"), "later", 1), 0);
      SentAttempt empty = SentAttempt.of(UNIT, "empty", 0);
      assertThat(send(empty, 0)).endsWith(load(empty, 2));
    }

    @Test
    void anAttemptOfAnOutdatedPlanIsOnlyReadAtItsEnd() {
      park();
      send(SentAttempt.of(unit(2, "z"), "later", 1), 0);
      assertOnlyDropped(send(second, 0, 1));
      assertThat(send(second, 2)).endsWith(reread(second, 4));
    }

    @Test
    void aHeadAtOrAboveItsPlanClosesIt() {
      park();
      lane.decided(RUN, plan(1));
      assertThat(lane.parked()).isEmpty();
      assertOnlyDropped(send(first, 2));
      assertCommit(2);
    }
  }

  @Nested
  class GivenUp {
    private static final String REASON = "the source gave it up: " + SentAttempt.FAILURE;

    private final SentAttempt failing = first.failing();
    private final LaneAction discard = new LaneAction.Discard(first.key(), REASON);
    private final LaneAction hold = new LaneAction.Hold(UNIT, REASON);

    @Test
    void isHeldWithTheSourcesReasonAndLetsTheOffsetPass() {
      send(failing, 0);
      open(UNIT);
      assertThat(send(failing, 1, 2)).endsWith(discard, hold);
      assertThat(lane.held()).isEqualTo(Map.of(UNIT, REASON));
      assertCommit(3);
      assertOnlyDropped(send(failing, 0, 1, 2));
    }

    @Test
    void isHeldOnlyOnceTheLedgerHasAnswered() {
      SentAttempt atOnce = SentAttempt.of(UNIT, "first", 0).failing();
      assertThat(send(atOnce, 0)).containsExactly(new LaneAction.LookUp(UNIT, 4), discard);
      assertCommit(0);
      assertThat(open(UNIT)).containsExactly(hold);
      assertCommit(1);
    }

    @Test
    void isClosedIfTheLedgerHasIt() {
      send(failing, 0, 2);
      assertThat(lane.answer(UNIT, new Known.Loaded())).isEmpty();
      assertThat(lane.held()).isEmpty();
      assertCommit(2);
    }

    @Test
    void anotherOpenAttemptMayStillWin() {
      send(failing, 0);
      open(UNIT);
      send(second, 0);
      assertThat(send(failing, 2)).containsExactly(discard);
      assertCommit(0);
      assertThat(send(second, 1, 2)).endsWith(load(second, 4));
    }

    @Test
    void nobodyWaitsForAnAttemptBegunBefore() {
      send(second, 0);
      open(UNIT);
      assertThat(send(failing.begun(1), 0, 2))
          .containsExactly(
              keep(first, 0),
              discard,
              new LaneAction.Discard(second.key(), "a later attempt came to nothing"),
              hold);
      assertCommit(3);
      assertOnlyDropped(send(second, 1));
      assertThat(send(second, 2)).endsWith(reread(second, 4));
    }

    @Test
    void aCompleteAttemptBegunBeforeIsLoaded() {
      send(second, 0, 1, 2);
      send(failing.begun(1), 0, 2);
      assertThat(open(UNIT)).endsWith(load(second, 2));
    }

    @Test
    void isHeldWhenTheOtherAttemptIsParked() {
      send(failing, 0);
      open(UNIT);
      send(second, 0);
      send(failing, 2);
      assertThat(lane.park(UNIT, "full")).endsWith(hold);
      assertCommit(3);
    }

    @Test
    void anAttemptThatCanBeReadAgainIsReadBeforeItIsHeld() {
      send(second, 1);
      open(UNIT);
      assertThat(send(second, 2)).endsWith(reread(second, 1));
      assertOnlyDropped(send(failing, 0, 2));
      lane.failed(UNIT, "batch 0 is gone");
      assertThat(lane.held()).isEqualTo(Map.of(UNIT, "batch 0 is gone"));
      assertThat(send(second, 0)).endsWith(reread(second, 1));
    }

    @Test
    void isNotTakenFromTheWriter() {
      send(second, 0, 1, 2);
      open(UNIT);
      assertOnlyDropped(send(failing, 0, 2));
      lane.loaded(UNIT);
      assertThat(lane.held()).isEmpty();
      assertCommit(5);
    }

    @Test
    void aParkedUnitIsHeld() {
      send(failing, 0);
      open(UNIT);
      lane.park(UNIT, "full");
      assertThat(send(failing, 2)).containsExactly(discard, hold);
      assertThat(lane.parked()).isEmpty();
    }

    @Test
    void aRetryThatSucceedsIsLoaded() {
      send(failing, 0);
      open(UNIT);
      send(failing, 2);
      assertThat(send(second, 0)).containsExactly(keep(second, 0));
      assertThat(lane.held()).isEmpty();
      assertCommit(2);
      assertThat(send(second, 1, 2)).endsWith(load(second, 4));
      lane.loaded(UNIT);
      assertCommit(5);
    }

    @Test
    void aRetryThatFailsAtOnceIsNamedAnew() {
      send(failing, 0);
      open(UNIT);
      send(failing, 2);
      SentAttempt again = SentAttempt.of(UNIT, "again", 0).failing();
      assertThat(send(again, 0)).containsExactly(new LaneAction.Discard(again.key(), REASON), hold);
      assertCommit(3);
    }

    @Test
    void aFailureAfterTheEndMeansNothing() {
      send(first, 0);
      open(UNIT);
      send(first, 2);
      assertOnlyDropped(send(failing, 2));
      assertThat(send(first, 1)).endsWith(load(first, 1));
    }
  }

  @Nested
  class RefusedRecords {
    private List<LaneAction> refuse(SentAttempt attempt, int sequence) {
      return lane.refuse(attempt.at(offset++, now, sequence), "no value");
    }

    @Test
    void endTheirAttempt() {
      send(first, 0);
      open(UNIT);
      assertThat(refuse(first, 1))
          .containsExactly(
              new LaneAction.Discard(first.key(), "no value"),
              new LaneAction.Hold(UNIT, "no value"));
      assertOnlyDropped(send(first, 2));
    }

    @Test
    void leaveOtherAttemptsAlone() {
      send(first, 0);
      open(UNIT);
      refuse(second, 0);
      assertThat(send(first, 1, 2)).endsWith(load(first, 3));
    }

    @Test
    void doNotPassAUnitTheLedgerHasNotAnsweredFor() {
      assertThat(refuse(first, 0)).contains(new LaneAction.LookUp(UNIT, 4));
      assertCommit(0);
      assertThat(open(UNIT)).containsExactly(new LaneAction.Hold(UNIT, "no value"));
      assertCommit(1);
    }

    @Test
    void duplicatesOfGoodRecordsChangeNothing() {
      send(first, 0);
      open(UNIT);
      assertOnlyDropped(refuse(first, 0));
      assertThat(send(first, 1, 2)).endsWith(load(first, 3));
      assertOnlyDropped(refuse(first, 1));
    }

    @Test
    void takeTheVictoryFromTheirAttempt() {
      send(first, 0, 1, 2);
      SentAttempt longer = SentAttempt.of(UNIT, "first", 9);
      assertThat(discarded(refuse(longer, 5))).containsExactly(first.key());
      assertThat(open(UNIT)).containsExactly(new LaneAction.Hold(UNIT, "no value"));
    }

    @Test
    void holdAParkedUnit() {
      send(first, 0);
      open(UNIT);
      lane.park(UNIT, "full");
      refuse(first, 1);
      assertThat(lane.held()).isEqualTo(Map.of(UNIT, "no value"));
      assertOnlyDropped(send(first, 2));
    }

    @Test
    void ofAClosedUnitAreDropped() {
      send(first, 0);
      lane.answer(UNIT, new Known.Loaded());
      assertOnlyDropped(refuse(first, 1));
    }
  }

  @Test
  void remembersALimitedNumberOfRuns() {
    var memory = new RunMemory(3);
    for (int run = 0; run < 100; run++) {
      var id = new RunId("run-" + run);
      memory.of(id).loaded(new Unit(UNIT.stream(), id, plan(1), "a"));
    }
    assertThat(memory.size()).isEqualTo(3);
  }

  @Test
  void forgetsTheUnitsOfAPlanOnceItsRunIsDecided() {
    RunMemory.Run run = new RunMemory(3).of(RUN);
    run.loaded(UNIT);
    assertThat(run.isLoaded(UNIT)).isTrue();
    run.decide(plan(1));
    assertThat(run.isLoaded(UNIT)).isFalse();
    assertThat(run.isDecided(plan(1))).isTrue();
    run.loaded(UNIT);
    assertThat(run.isLoaded(UNIT)).isFalse();
  }
}
