package io.millrace.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.StagedFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions of random tables, of what a sink has loaded of them. */
class MirrorSinkTest {
  @TempDir private Path scratch;

  @Test
  void theFirstVersionIsTheSnapshotAndEachLaterOneTheTableAtTheEndOfARun() throws Exception {
    for (int seed = 0; seed < 60; seed++) {
      try (var table = new MirroredTable(seed, scratch)) {
        assertThat(table.advance()).as("seed %d", seed).isEmpty();
        table.snapshot();
        table.change();
        table.load();
        assertThat(table.advance().map(MirrorVersion::number)).contains(0);
        table.requireSeen("snapshot of seed " + seed);
        for (int window = 1; window < 5; window++) {
          assertThat(table.advance()).isEmpty();
          table.endRun();
          table.change();
          table.load();
          table.advance();
          table.requireSeen("window %d of seed %d".formatted(window, seed));
        }
        table.requireNoOtherFiles();
      }
    }
  }

  @Test
  void nothingIsDueUntilTheLastBucketHasPassedTheEnd() throws Exception {
    try (var table = new MirroredTable(buckets(3), scratch)) {
      table.snapshot();
      table.change();
      table.load();
      table.advance();
      table.endRun();
      table.load(0);
      table.load(1);
      assertThat(table.advance()).isEmpty();
      table.load(2);
      assertThat(table.advance()).isPresent();
      table.requireSeen("all three");
      table.change();
      table.endRun();
      table.load();
      table.change();
      table.endRun();
      table.load(0);
      assertThat(table.advance()).isPresent();
      table.requireSeen("the end that all three have passed, though one is further");
    }
  }

  @Test
  void severalRunsThatEndedBecomeOneVersion() throws Exception {
    try (var table = new MirroredTable(5, scratch)) {
      table.snapshot();
      for (int window = 0; window < 4; window++) {
        table.change();
        table.endRun();
      }
      table.load();
      assertThat(table.advance().map(MirrorVersion::number)).contains(0);
      assertThat(table.advance().map(MirrorVersion::number)).contains(1);
      assertThat(table.advance()).isEmpty();
      table.requireSeen("four windows");
    }
  }

  @Test
  void bucketsWithoutChangesKeepTheirFiles() throws Exception {
    try (var table = new MirroredTable(buckets(4), scratch)) {
      table.snapshot();
      table.change();
      table.endRun();
      table.load();
      table.advance();
      MirrorVersion before = table.advance().orElseThrow();
      table.endRun();
      table.load();
      MirrorVersion after = table.advance().orElseThrow();
      assertThat(after.buckets()).isEqualTo(before.buckets());
      assertThat(after.asOf().position()).isGreaterThan(before.asOf().position());
      table.requireSeen("an empty window");
    }
  }

  /** What a crash leaves is gone on with, by whoever comes next. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void diesAtEveryCallOfTheStore(int seed) throws Exception {
    int calls = 0;
    for (boolean died = true; died; calls++) {
      try (var table = new MirroredTable(seed, scratch)) {
        table.keepChanges(seed % 2 == 0 ? Duration.ZERO : Duration.ofDays(7));
        table.snapshot();
        table.change();
        table.endRun();
        table.change();
        table.load();
        died = table.diesWithin(calls);
        table.restart();
        while (table.advance().isPresent()) {
          assertThat(calls).isLessThan(10_000);
        }
        table.requireSeen("dead at call %d of seed %d".formatted(calls, seed));
        table.restart();
        table.endRun();
        table.load();
        table.advance();
        table.requireSeen("a later version, dead at call %d of seed %d".formatted(calls, seed));
        table.requireNoOtherFiles();
      }
    }
    assertThat(calls).isGreaterThan(20);
  }

  @Test
  void theSecondOfTwoTakesWhatTheFirstMade() throws Exception {
    for (int seed = 0; seed < 10; seed++) {
      try (var table = new MirroredTable(seed, scratch);
          var other = table.another()) {
        table.snapshot();
        table.change();
        table.load();
        Optional<MirrorVersion> first = table.advance();
        assertThat(first).isPresent();
        table.endRun();
        table.load();
        MirrorVersion second = other.advance().orElseThrow();
        assertThat(second.number()).isEqualTo(1);
        assertThat(table.advance()).isEmpty();
        table.requireSeen("two of seed " + seed);
      }
    }
  }

  @Test
  void aLaterSnapshotTakesTheRowsPlace() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      try (var table = new MirroredTable(seed, scratch)) {
        table.snapshot();
        table.change();
        table.endRun();
        table.load();
        table.advance();
        table.advance();
        table.change();
        table.load();
        table.snapshot();
        table.change();
        table.load();
        MirrorVersion begun = table.advance().orElseThrow();
        assertThat(begun.base()).isEqualTo(table.newestPlan());
        table.requireSeen("at the second snapshot of seed " + seed);
        table.endRun();
        table.load();
        table.advance();
        table.requireSeen("after the second snapshot of seed " + seed);
        table.requireNoOtherFiles();
      }
    }
  }

  @Test
  void aSnapshotThatComesLateGoesOnFromWhatReadersHaveSeen() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      try (var table = new MirroredTable(seed, scratch)) {
        table.snapshot();
        table.change();
        MirroredTable.Snapshot late = table.readSnapshot();
        table.change();
        table.endRun();
        table.load();
        table.advance();
        MirrorVersion seen = table.advance().orElseThrow();
        table.publish(late);
        MirrorVersion begun = table.advance().orElseThrow();
        assertThat(begun.asOf()).isEqualTo(seen.asOf());
        table.requireSeen("late snapshot of seed " + seed);
      }
    }
  }

  /** With less memory than the changes need, a version is made in several steps. */
  @Test
  void whatIsTooMuchAtOnceIsFoldedInSteps() throws Exception {
    try (var table = new MirroredTable(7, scratch, 3 << 20)) {
      table.snapshot();
      table.change();
      table.load();
      table.advance();
      table.change(5_000);
      table.endRun();
      table.load();
      int versions = 0;
      while (table.advance().isPresent()) {
        versions++;
      }
      assertThat(versions).isGreaterThan(1);
      table.requireSeen("in steps");
    }
  }

  @Test
  void whatALateSnapshotHasMissedIsFoldedInStepsToo() throws Exception {
    try (var table = new MirroredTable(7, scratch, 1 << 20)) {
      table.snapshot();
      table.change();
      table.load();
      table.advance();
      MirroredTable.Snapshot late = table.readSnapshot();
      for (int run = 0; run < 5; run++) {
        table.change(500);
        table.endRun();
      }
      table.load();
      MirrorVersion newest = null;
      for (var next = table.advance(); next.isPresent(); next = table.advance()) {
        newest = next.get();
      }
      table.publish(late);
      MirrorVersion anew = table.advance().orElseThrow();
      assertThat(anew.asOf()).isEqualTo(newest.asOf());
      assertThat(anew.base()).isNotEqualTo(newest.base());
      table.requireSeen("of the late snapshot");
      assertThat(scratch).isEmptyDirectory();
    }
  }

  @Test
  void memoryThatNoBatchFitsIntoHaltsTheTableAndSaysWhatToDo() throws Exception {
    try (var table = new MirroredTable(7, scratch, 2 << 10)) {
      table.change(50);
      table.snapshot();
      table.change();
      table.endRun();
      table.load();
      assertThatThrownBy(table::advance)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("raise --memory");
      assertThat(table.halted()).get().asString().contains("raise --memory");
    }
  }

  @Test
  void oldFilesStayForAsLongAsTheyAreToBeKept() throws Exception {
    try (var table = new MirroredTable(buckets(2), scratch)) {
      table.keepSuperseded(Duration.ofMinutes(15));
      table.snapshot();
      table.change();
      table.endRun();
      table.load();
      MirrorVersion first = table.advance().orElseThrow();
      table.advance();
      table.advance();
      assertThat(table.exists(first)).isTrue();
      table.pass(Duration.ofMinutes(16));
      table.advance();
      assertThat(table.exists(first)).isFalse();
    }
  }

  /** Kept for a while by wish, or looked after for a while, since a store may be late. */
  @ParameterizedTest
  @CsvSource({"PT5M, PT0S", "PT0S, PT5M", "PT3M, PT2M"})
  void oldFilesGoAlsoWhereVersionsComeFaster(Duration keep, Duration longestRequest)
      throws Exception {
    try (var table = new MirroredTable(buckets(2), scratch, longestRequest)) {
      table.keepSuperseded(keep);
      table.snapshot();
      var versions = new ArrayList<MirrorVersion>();
      for (int minute = 0; minute < 30; minute++) {
        table.change();
        table.endRun();
        table.load();
        table.advance().ifPresent(versions::add);
        table.pass(Duration.ofMinutes(1));
      }
      assertThat(versions).hasSizeGreaterThan(20);
      Set<String> inUse =
          versions.subList(versions.size() - 13, versions.size()).stream()
              .flatMap(MirrorVersion::tables)
              .map(StagedFile::path)
              .collect(Collectors.toSet());
      assertThat(table.tableFiles()).isLessThanOrEqualTo(inUse.size());
      long kept = keep.toMinutes();
      assertThat(versions.subList(versions.size() - (int) kept, versions.size()))
          .allMatch(table::exists);
    }
  }

  @Test
  void changesGoWhenTheTableHasThemAndNoSnapshotCanNeedThem() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      try (var table = new MirroredTable(seed, scratch)) {
        table.keepChanges(Duration.ofDays(7));
        table.snapshot();
        table.change();
        table.endRun();
        table.change();
        table.load();
        table.advance();
        table.advance();
        List<String> loaded = table.changes();
        assertThat(loaded).hasSizeGreaterThan(table.changesToCome().size());
        table.pass(Duration.ofDays(6));
        table.advance();
        assertThat(table.changes()).as("in time, seed %d", seed).isEqualTo(loaded);
        table.pass(Duration.ofDays(2));
        table.advance();
        assertThat(table.changes())
            .as("too old, seed %d", seed)
            .isNotEmpty()
            .containsExactlyInAnyOrderElementsOf(table.changesToCome());
        table.endRun();
        table.load();
        table.advance();
        table.requireSeen("after old changes went, seed " + seed);
      }
    }
  }

  @Test
  void aSnapshotThatIsOlderThanTheChangesThatAreKeptIsRefused() throws Exception {
    try (var table = new MirroredTable(buckets(2), scratch)) {
      table.keepChanges(Duration.ofHours(1));
      table.snapshot();
      table.change();
      MirroredTable.Snapshot late = table.readSnapshot();
      table.change();
      table.endRun();
      table.load();
      table.advance();
      table.advance();
      table.pass(Duration.ofHours(2));
      table.publish(late);
      assertThatThrownBy(table::advance)
          .isInstanceOf(MillraceException.class)
          .hasMessageContainingAll("kept for 1h (keep_changes)", "millrace resnapshot");
      assertThat(table.halted()).get().asString().contains("keep_changes");
      table.requireSeen("as it was before");
      readAgain(table);
    }
  }

  @Test
  void rowsThatDoNotFitTheChangesAreAnError() throws Exception {
    try (var table = new MirroredTable(buckets(2), scratch)) {
      table.snapshot();
      table.load();
      table.changeOfNothing();
      table.load();
      table.advance();
      table.endRun();
      table.load();
      assertThatThrownBy(table::advance)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("Cannot fold");
      assertThat(table.staged()).isEmpty();
      assertThat(table.halted()).get().asString().contains("Cannot fold");
      readAgain(table);
    }
  }

  @Test
  void thereIsNoVersionWithoutChangesThatWereAbandoned() throws Exception {
    try (var table = new MirroredTable(buckets(3), scratch)) {
      table.snapshot();
      table.change();
      table.load();
      table.advance();
      table.change();
      table.abandon(1);
      table.endRun();
      table.load();
      assertThatThrownBy(table::advance).hasMessageContaining("millrace resnapshot");
      assertThat(table.halted()).get().asString().contains("were abandoned (lost)");
      table.requireSeen("as it was before");
      readAgain(table);
    }
  }

  private static void readAgain(MirroredTable table) throws Exception {
    table.snapshot();
    table.change();
    table.endRun();
    table.load();
    while (table.advance().isPresent()) {
      assertThat(table.halted()).isEmpty();
    }
    table.requireSeen("read again");
  }

  private static long buckets(int wanted) {
    for (long seed = 0; ; seed++) {
      if (MirroredTable.buckets(seed) == wanted) {
        return seed;
      }
    }
  }
}
