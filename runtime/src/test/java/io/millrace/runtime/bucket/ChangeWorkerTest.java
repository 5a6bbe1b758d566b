package io.millrace.runtime.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.CutLimits;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.change.Span;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.ChangeEntry.Decision;
import io.millrace.core.ledger.ChangeEntry.LogMark;
import io.millrace.core.ledger.ChangeEntry.Reach;
import io.millrace.core.ledger.Staged;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.runtime.bucket.BucketAction.Discard;
import io.millrace.runtime.bucket.BucketAction.Drop;
import io.millrace.runtime.bucket.BucketAction.Fetch;
import io.millrace.runtime.bucket.BucketAction.Halt;
import io.millrace.runtime.bucket.BucketAction.Keep;
import io.millrace.runtime.bucket.BucketAction.Load;
import io.millrace.runtime.bucket.BucketAction.LookUp;
import io.millrace.runtime.bucket.BucketAction.Miss;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChangeWorkerTest {
  private static final StreamId STREAM = new StreamId("trips", "rides");
  private static final Generation GENERATION =
      new Generation(
          PlanId.parse("0000001700000-aaaaaaaa"), "7001", "slot", 2, List.of("id"), KeyHash.NAME);
  private static final Bucket BUCKET = new Bucket(STREAM, GENERATION, 0);
  private static final Bucket OTHER = new Bucket(STREAM, GENERATION, 1);

  private final ChangeWorker worker =
      new ChangeWorker(new CutLimits(Duration.ofSeconds(10), 1_000, 10));
  private final List<ClosedCut> cuts = new ArrayList<>();
  private final List<BucketAction> others = new ArrayList<>();
  private long offset;
  private long seconds;
  private String run = "h1";
  private String schema = "s1";

  private List<BucketAction> did(List<BucketAction> actions) {
    for (BucketAction action : actions) {
      if (action instanceof Load load) {
        cuts.add(load.cut());
      } else if (!(action instanceof Keep) && !(action instanceof Drop)) {
        others.add(action);
      }
    }
    return actions;
  }

  private static Position at(long position) {
    return new Position(position, 0);
  }

  private ChangeRecord made(ChangeHeader header) {
    return new ChangeRecord(0, offset++, seconds * 1_000, header, 10);
  }

  private Progress progress() {
    return new Progress(new RunId(run), Instant.EPOCH);
  }

  private ChangeRecord data(long after, long last, int rows) {
    var span = new Span(at(after), at(after + 1), at(last));
    return made(new ChangeHeader.Data(BUCKET, progress(), span, schema, rows));
  }

  private ChangeRecord tick(long after, long last) {
    return made(new ChangeHeader.Tick(BUCKET, progress(), at(after), at(last), schema));
  }

  private List<BucketAction> read(ChangeRecord record) {
    return did(worker.record(record));
  }

  private static ChangeEntry entry(ClosedCut cut) {
    return new ChangeEntry(
        cut.cut(),
        cut.reach(),
        new Staged("w", List.of()),
        new LogMark("t", 0, cut.end().offset() + 1, Instant.EPOCH),
        "");
  }

  private ChangeEntry standing(int number, long last) {
    return new ChangeEntry(
        new io.millrace.core.change.Cut(BUCKET, number, new RunId(run)),
        new Reach(at(0), at(last), progress(), 1),
        new Staged("w", List.of()),
        new LogMark("t", 0, 0, Instant.EPOCH),
        "");
  }

  private void begin() {
    begin(Optional.empty());
  }

  private void begin(Optional<ChangeEntry> newest) {
    did(worker.seen(BUCKET));
    did(worker.answer(BUCKET, newest));
    others.clear();
  }

  private ClosedCut onlyCut() {
    assertThat(cuts).hasSize(1);
    return cuts.get(0);
  }

  private void loadAll() {
    while (!cuts.isEmpty()) {
      did(worker.loaded(entry(cuts.remove(0))));
    }
  }

  @Test
  void anotherGenerationEndsTheCutsOfTheOneBeforeIt() {
    var anew =
        new Generation(
            PlanId.parse("0000001800000-bbbbbbbb"), "7001", "slot", 2, List.of("id"), KeyHash.NAME);
    var next = new Bucket(STREAM, anew, 1);
    begin();
    read(data(0, 5, 3));
    assertThat(cuts).isEmpty();
    did(worker.seen(next));
    did(worker.answer(next, Optional.empty()));
    var span = new Span(at(0), at(1), at(4));
    read(made(new ChangeHeader.Data(next, progress(), span, schema, 2)));
    assertThat(onlyCut().cut().bucket()).isEqualTo(BUCKET);
    assertThat(onlyCut().reach().last()).isEqualTo(at(5));
    loadAll();
    assertThat(worker.holding()).containsExactly(next);
  }

  @Test
  void looksABucketUpOnceBeforeAnythingElse() {
    assertThat(worker.seen(BUCKET)).containsExactly(new LookUp(BUCKET));
    assertThat(worker.seen(BUCKET)).isEmpty();
    assertThat(worker.seen(OTHER)).containsExactly(new LookUp(OTHER));
    assertThat(worker.knows(BUCKET)).isFalse();
    assertThat(worker.answer(BUCKET, Optional.empty())).isEmpty();
    assertThat(worker.knows(BUCKET)).isTrue();
    assertThat(worker.knows(OTHER)).isFalse();
  }

  @Test
  void theFirstTickOfAChainIsItsFirstEntry() {
    begin();
    read(tick(0, 5));
    ClosedCut cut = onlyCut();
    assertThat(cut.cut().number()).isZero();
    assertThat(cut.batches()).isEmpty();
    assertThat(cut.reach().last()).isEqualTo(at(5));
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(0));
    loadAll();
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(1));
  }

  @Test
  void aCutEndsWithItsRowsAndHoldsTheOffsetUntilItIsLoaded() {
    begin();
    assertThat(read(data(0, 5, 4))).containsExactly(new Keep(BUCKET, 0, 0));
    assertThat(read(data(5, 9, 5))).containsExactly(new Keep(BUCKET, 0, 1));
    assertThat(cuts).isEmpty();
    read(data(9, 20, 1));
    ClosedCut cut = onlyCut();
    assertThat(cut.batches()).hasSize(3);
    assertThat(cut.reach()).isEqualTo(new Reach(at(0), at(20), progress(), 10));
    assertThat(read(data(20, 21, 1))).containsExactly(new Keep(BUCKET, 1, 0));
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(0));
    loadAll();
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(3));
  }

  @Test
  void oneCutIsLoadedAfterTheOther() {
    begin();
    read(data(0, 5, 10));
    read(data(5, 6, 10));
    read(data(6, 7, 10));
    ClosedCut first = onlyCut();
    cuts.clear();
    did(worker.loaded(entry(first)));
    assertThat(onlyCut().cut().number()).isEqualTo(1);
    loadAll();
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(3));
  }

  @Test
  void anotherRunOrSchemaEndsTheCutBefore() {
    begin();
    read(data(0, 5, 1));
    run = "h2";
    read(data(5, 6, 1));
    assertThat(onlyCut().cut().run()).isEqualTo(new RunId("h1"));
    loadAll();
    schema = "s2";
    read(data(6, 7, 1));
    assertThat(onlyCut().cut().run()).isEqualTo(new RunId("h2"));
    assertThat(onlyCut().reach().last()).isEqualTo(at(6));
  }

  @Test
  void aTickThatBeginsARunEndsTheCutAndTellsTheRunThatIsOpen() {
    begin();
    read(data(0, 5, 1));
    read(tick(5, 6));
    assertThat(cuts).isEmpty();
    run = "h2";
    read(tick(6, 8));
    ClosedCut cut = onlyCut();
    assertThat(cut.cut().run()).isEqualTo(new RunId("h1"));
    assertThat(cut.reach().progress().run()).isEqualTo(new RunId("h2"));
    assertThat(cut.reach().last()).isEqualTo(at(8));
    loadAll();
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(3));
  }

  @Test
  void aTickWhereTheStreamStandsClosesRowsThatAreOldEnough() {
    begin();
    read(data(0, 5, 1));
    seconds = 9;
    read(tick(5, 5));
    assertThat(cuts).isEmpty();
    seconds = 10;
    read(tick(5, 5));
    assertThat(onlyCut().reach().last()).isEqualTo(at(5));
    assertThat(read(tick(5, 5))).containsExactly(new Drop(BUCKET, "a duplicate"));
  }

  @Test
  void ticksAloneMakeAnEntryOnlyAfterALongTime() {
    begin();
    read(tick(0, 1));
    loadAll();
    for (int i = 1; i < 30; i++) {
      seconds += 10;
      read(tick(i, i + 1));
    }
    assertThat(cuts).isEmpty();
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(1));
    seconds += 20;
    read(tick(30, 31));
    assertThat(onlyCut().batches()).isEmpty();
  }

  @Test
  void whatTheChainHasIsDropped() {
    begin(Optional.of(standing(6, 20)));
    assertThat(read(data(10, 20, 3))).containsExactly(new Drop(BUCKET, "a duplicate"));
    assertThat(read(tick(20, 20))).containsExactly(new Drop(BUCKET, "a duplicate"));
    assertThat(read(data(15, 25, 3))).containsExactly(new Keep(BUCKET, 7, 0));
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(2));
  }

  @Test
  void aGapIsFetchedAndWhatWasDroppedMeanwhileToo() {
    begin(Optional.of(standing(0, 20)));
    assertThat(read(data(30, 40, 1)))
        .containsExactly(
            new Drop(BUCKET, "changes before it are missing"), new Fetch(BUCKET, at(20), Set.of()));
    read(data(40, 50, 1));
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(0));
    did(worker.fetched(data(20, 30, 1)));
    did(worker.fetched(data(30, 40, 1)));
    others.clear();
    assertThat(did(worker.fetchedAll(BUCKET, false, Optional.empty())))
        .containsExactly(new Fetch(BUCKET, at(40), Set.of()));
    did(worker.fetched(data(40, 50, 1)));
    assertThat(worker.fetchedAll(BUCKET, false, Optional.empty())).isEmpty();
    assertThat(read(data(50, 60, 7))).containsExactly(new Keep(BUCKET, 1, 3), new Load(onlyCut()));
    loadAll();
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(6));
  }

  @Test
  void aGapThatIsNowhereHaltsTheBucketAndLoadsWhatIsBeforeIt() {
    begin(Optional.of(standing(0, 20)));
    read(data(20, 25, 1));
    read(data(30, 40, 1));
    did(worker.fetchedAll(BUCKET, false, Optional.empty()));
    String reason =
        "Cannot find the changes after %s up to %s in the log".formatted(at(25), at(30));
    assertThat(others).contains(new Halt(BUCKET, reason));
    assertThat(worker.halted()).containsEntry(BUCKET, reason);
    assertThat(onlyCut().reach().last()).isEqualTo(at(25));
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(2));
    loadAll();
    others.clear();
    read(data(40, 50, 1));
    assertThat(others).isEmpty();
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(3));
  }

  private static Miss onlyMiss(List<BucketAction> actions) {
    return actions.stream()
        .filter(Miss.class::isInstance)
        .map(Miss.class::cast)
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  /** An operator's word for what is missing. */
  private static ChangeEntry decided(Miss miss) {
    return ChangeEntry.gap(
        miss.cut(),
        miss.reach(),
        new LogMark("t", 0, miss.behind().offset(), Instant.EPOCH),
        new Decision("gone", "ada", Instant.EPOCH));
  }

  @Test
  void whatIsMissingIsNotedByTheNearestRecordThatTheLogHasBehindIt() {
    begin(Optional.of(standing(3, 20)));
    read(data(20, 25, 1));
    ChangeRecord nearest = data(30, 40, 1);
    read(data(40, 50, 1));
    did(worker.fetchedAll(BUCKET, false, Optional.of(nearest)));
    Miss miss = onlyMiss(others);
    assertThat(miss.cut().number()).as("behind the cut that is being loaded").isEqualTo(5);
    assertThat(miss.cut().run()).isEqualTo(new RunId("h1"));
    assertThat(miss.reach()).isEqualTo(new Reach(at(25), at(30), progress(), 0));
    assertThat(miss.behind()).isEqualTo(nearest);
    assertThat(worker.missing()).containsExactly(BUCKET);
    assertThat(worker.halted().get(BUCKET)).contains(at(25) + " up to " + at(30));
  }

  @Test
  void theReasonOfAHaltStaysThatOfTheLastLook() {
    begin(Optional.of(standing(0, 20)));
    ChangeRecord nearest = data(30, 40, 1);
    read(nearest);
    did(worker.fetchedAll(BUCKET, false, Optional.of(nearest)));
    for (int i = 0; i < 3; i++) {
      seconds += 100;
      ChangeRecord gone = data(40L + i, 41L + i, 1);
      read(gone);
      did(worker.fetchedAll(BUCKET, false, Optional.of(gone)));
    }
    assertThat(worker.halted())
        .containsEntry(
            BUCKET,
            "Cannot find the changes after %s up to %s in the log".formatted(at(20), at(42)));
  }

  @Test
  void aHaltedBucketGoesOnBehindAGapThatWasDecidedOn() {
    begin(Optional.of(standing(0, 20)));
    ChangeRecord behind = data(30, 40, 1);
    read(behind);
    read(data(40, 50, 1));
    did(worker.fetchedAll(BUCKET, false, Optional.empty()));
    ChangeEntry gap = decided(onlyMiss(others));
    others.clear();

    did(worker.advanced(standing(0, 20)));
    assertThat(others).as("no news").isEmpty();
    did(worker.advanced(gap));
    assertThat(others).last().isEqualTo(new Fetch(BUCKET, at(30), Set.of()));
    assertThat(worker.halted()).isEmpty();
    did(worker.fetched(behind));
    others.clear();
    did(worker.fetchedAll(BUCKET, true, Optional.empty()));
    assertThat(others)
        .as("goes on to the log's end though nothing holds the offset")
        .containsExactly(new Fetch(BUCKET, at(40), Set.of()));
    did(worker.fetched(data(40, 50, 9)));
    did(worker.fetchedAll(BUCKET, false, Optional.empty()));
    assertThat(onlyCut().cut().number()).isEqualTo(2);
    assertThat(onlyCut().reach().after()).isEqualTo(at(30));
    assertThat(read(data(50, 60, 1))).containsExactly(new Keep(BUCKET, 3, 0));
  }

  @Test
  void behindAGapThatWasDecidedOnMayBeAnother() {
    begin(Optional.of(standing(0, 20)));
    read(data(30, 40, 1));
    did(worker.fetchedAll(BUCKET, false, Optional.empty()));
    did(worker.advanced(decided(onlyMiss(others))));
    ChangeRecord behind = data(35, 40, 1);
    others.clear();
    did(worker.fetchedAll(BUCKET, false, Optional.of(behind)));
    assertThat(onlyMiss(others).reach()).isEqualTo(new Reach(at(30), at(35), progress(), 0));
    assertThat(onlyMiss(others).cut().number()).isEqualTo(2);
    assertThat(worker.halted().get(BUCKET)).doesNotContain(at(20).toString());
  }

  @Test
  void whatAnotherLaneLacksIsLoadedThoughItsCutIsNotFull() {
    begin();
    assertThat(worker.wanted(BUCKET)).as("nothing is collected").isEmpty();
    ChangeRecord bad = data(0, 5, 1);
    read(bad);
    did(worker.wanted(BUCKET));
    assertThat(onlyCut().reach()).isEqualTo(new Reach(at(0), at(5), progress(), 1));
    assertThat(worker.wanted(BUCKET)).as("it is being loaded").isEmpty();
    did(worker.failed(bad, "Cannot read it"));
    assertThat(worker.commitOffset()).as("it holds nothing").isEqualTo(OptionalLong.of(1));
  }

  @Test
  void aHaltedBucketGoesOnWithARecordThatFillsTheGap() {
    begin(Optional.of(standing(0, 20)));
    read(data(30, 40, 1));
    did(worker.fetchedAll(BUCKET, false, Optional.empty()));
    assertThat(read(data(15, 45, 1))).containsExactly(new Keep(BUCKET, 1, 0));
    assertThat(worker.halted()).isEmpty();
  }

  @Test
  void aHaltedBucketLooksAgainAfterAWhileOfLogTimeThatDoubles() {
    begin(Optional.of(standing(0, 20)));
    read(data(30, 40, 1));
    did(worker.fetchedAll(BUCKET, false, Optional.empty()));
    seconds = 10;
    assertThat(read(tick(40, 41))).contains(new Fetch(BUCKET, at(20), Set.of()));
    did(worker.fetchedAll(BUCKET, false, Optional.empty()));
    seconds = 29;
    assertThat(read(tick(41, 42)))
        .containsExactly(new Drop(BUCKET, "changes before it are missing"));
    seconds = 30;
    assertThat(read(tick(42, 43))).contains(new Fetch(BUCKET, at(20), Set.of()));
  }

  @Test
  void aCutThatAnotherTookIsLookedUpAndTheRestIsFetched() {
    begin();
    read(data(0, 5, 10));
    read(data(5, 9, 1));
    others.clear();
    did(worker.lost(BUCKET));
    assertThat(others).hasSize(2).last().isEqualTo(new LookUp(BUCKET));
    assertThat(others).first().isInstanceOf(Discard.class);
    assertThat(worker.knows(BUCKET)).isFalse();
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(0));
    assertThat(did(worker.answer(BUCKET, Optional.of(standing(0, 7)))))
        .containsExactly(new Fetch(BUCKET, at(7), Set.of()));
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(1));
    assertThat(did(worker.fetched(data(5, 9, 1)))).containsExactly(new Keep(BUCKET, 1, 0));
  }

  @Test
  void aRecordThatNobodyCanUseIsPassedOverAndLookedForElsewhere() {
    begin();
    read(data(0, 5, 1));
    ChangeRecord bad = data(5, 9, 9);
    read(bad);
    read(data(9, 12, 1));
    cuts.clear();
    others.clear();
    did(worker.failed(bad, "Cannot read it"));
    assertThat(others)
        .containsExactly(
            new Discard(BUCKET, "Cannot read it"), new Fetch(BUCKET, at(0), Set.of(bad.place())));
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(0));
    did(worker.fetched(data(0, 5, 1)));
    did(worker.fetchedAll(BUCKET, false, Optional.empty()));
    assertThat(worker.halted().get(BUCKET)).endsWith("in the log: Cannot read it");
    assertThat(onlyCut().reach().last()).isEqualTo(at(5));
    loadAll();
    assertThat(read(data(5, 10, 1))).containsExactly(new Keep(BUCKET, 1, 0));
  }

  @Test
  void aRefusedBucketDropsEverything() {
    did(worker.seen(BUCKET));
    did(worker.refused(BUCKET, "Another generation"));
    assertThat(read(data(0, 5, 10))).containsExactly(new Drop(BUCKET, "Another generation"));
    assertThat(worker.halted()).containsKey(BUCKET);
    assertThat(worker.commitOffset()).isEqualTo(OptionalLong.of(1));
  }
}
