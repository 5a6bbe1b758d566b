package io.millrace.sinks.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.ChangeEntry.Decision;
import io.millrace.core.ledger.ChangeEntry.LogMark;
import io.millrace.core.ledger.ChangeEntry.Reach;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.stage.SinkContext;
import io.millrace.sinks.store.MemoryStore;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.StagedStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangeLinksTest {
  private static final StreamId STREAM = new StreamId("trips", "rides");
  private static final String FOLDER = "_millrace/trips/lake/";
  private static final Instant NOW = Instant.parse("2026-11-21T01:00:00Z");

  private static final Decision FOUND = new Decision("Cannot find them", "", NOW);
  private static final Decision DECIDED = new Decision("retention took them", "ada", NOW);

  private final Nonces nonces = new Nonces(new Random(1));
  private final ObjectStore store = new MemoryStore(Duration.ZERO);
  private final StoreLedger ledger = anotherProcess();
  private final ChangeChains chains = ledger.chains();
  private final Bucket bucket = bucket("slot", 3);

  private StoreLedger anotherProcess() {
    var context =
        new SinkContext(
            "trips", "lake", SinkContext.SNAPSHOT, "c", Path.of("."), nonces, () -> NOW);
    return StoreLedger.open(store, context, Duration.ZERO);
  }

  private static Bucket bucket(String slot, int number) {
    var generation =
        new Generation(
            new PlanId(1_795_000_000_000L, "aaaa"), "7001", slot, 4, List.of("id"), KeyHash.NAME);
    return new Bucket(STREAM, generation, number);
  }

  private ChangeEntry entry(Bucket of, int number, long after, long last) {
    return entry(of, number, new Position(after, 0), new Position(last, 0));
  }

  /** An entry of one file, which is staged. */
  private ChangeEntry entry(Bucket of, int number, Position after, Position last) {
    var cut = new Cut(of, number, new RunId("2026-11-21T00"));
    String writer = nonces.next();
    String key = ledger.staged(cut, writer);
    String path = "lake/%d-%d-%s.parquet".formatted(of.number(), number, writer);
    try (StagedStream stream = store.stage(key)) {
      byte[] content = path.getBytes(UTF_8);
      stream.write(content, 0, content.length);
      var stored = stream.finish();
      var file = new StagedFile(key, path, 5, stored.bytes(), stored.checksum());
      return new ChangeEntry(
          cut,
          new Reach(after, last, new Progress(new RunId("2026-11-21T01"), NOW), 5),
          new Staged(writer, List.of(file)),
          new LogMark("topic", 2, 17, NOW),
          "f");
    }
  }

  @Test
  void anEntryIsPublishedWhenItStands() {
    assertThat(chains.resume(bucket)).isEmpty();
    ChangeEntry first = entry(bucket, 0, 0, 5);
    assertThat(chains.append(first)).isTrue();
    assertThat(chains.newest(bucket)).hasValue(first);
    assertThat(chains.published(bucket)).containsExactly(first);
    StagedFile file = first.staged().files().get(0);
    assertThat(store.read(file.path())).isPresent();
    assertThat(store.read(file.staged())).isEmpty();
    assertThat(chains.files(first)).containsExactly(store.location(file.path()));
  }

  @Test
  void entriesFollowEachOther() {
    ChangeEntry first = entry(bucket, 0, 0, 5);
    ChangeEntry second = entry(bucket, 1, 5, 9);
    chains.append(first);
    chains.append(second);
    assertThat(chains.published(bucket)).containsExactly(first, second);
    assertThat(anotherProcess().chains().resume(bucket)).hasValue(second);
    assertThat(chains.published(bucket("slot", 1))).isEmpty();
  }

  @Test
  void aNumberIsTakenOnce() {
    ChangeEntry first = entry(bucket, 0, 0, 5);
    ChangeEntry late = entry(bucket, 0, 0, 7);
    chains.append(first);
    assertThat(anotherProcess().chains().append(late)).isFalse();
    assertThat(chains.published(bucket)).containsExactly(first);
    assertThat(store.read(late.staged().files().get(0).path())).isEmpty();
  }

  @Test
  void anEntryGoesOnWhereItsChainEnds() {
    chains.append(entry(bucket, 0, 0, 5));
    assertThatThrownBy(() -> chains.append(entry(bucket, 1, 6, 9)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("the chain ends at 0000000000000005.0");
    assertThatThrownBy(() -> chains.append(entry(bucket, 1, 4, 9)))
        .hasMessageContaining("the chain ends at 0000000000000005.0");
    assertThatThrownBy(() -> chains.append(entry(bucket, 1, 5, 4)))
        .as("it ends before it begins")
        .hasMessageContaining("the chain ends at 0000000000000005.0");
    assertThatThrownBy(() -> chains.append(entry(bucket("slot", 1), 0, 1, 9)))
        .hasMessageContaining("the chain ends at 0000000000000000.0");
    assertThat(chains.published(bucket)).hasSize(1);
  }

  @Test
  void aCutWithoutRowsMayEndWhereTheOneBeforeDoes() {
    chains.append(entry(bucket, 0, 0, 5));
    assertThat(chains.append(entry(bucket, 1, 5, 5))).isTrue();
  }

  @Test
  void whoeverGoesOnPublishesWhatWasLeft() {
    ChangeEntry first = entry(bucket, 0, 0, 5);
    String folder = FOLDER + "changes/rides/1795000000000-aaaa/3/";
    store.claim(folder + "0.json", LedgerJson.write(ChangeDocument.of(first)));
    assertThat(chains.published(bucket)).isEmpty();
    assertThat(anotherProcess().chains().resume(bucket)).hasValue(first);
    assertThat(chains.published(bucket)).containsExactly(first);
    assertThat(store.read(first.staged().files().get(0).path())).isPresent();
  }

  @Test
  void theNextEntryComesBehindThePublicationOfTheOneBefore() {
    ChangeEntry first = entry(bucket, 0, 0, 5);
    String folder = FOLDER + "changes/rides/1795000000000-aaaa/3/";
    store.claim(folder + "0.json", LedgerJson.write(ChangeDocument.of(first)));
    assertThat(chains.append(entry(bucket, 1, 5, 6))).isTrue();
    assertThat(store.list(FOLDER + "changes"))
        .containsExactly(
            folder + "0.json", folder + "0.published", folder + "1.json", folder + "1.published");
  }

  @Test
  void sweepsWhatWasStagedInVainAndNothingElse() {
    ChangeEntry late = entry(bucket, 0, 0, 7);
    ChangeEntry next = entry(bucket, 1, 5, 9);
    ChangeEntry other = entry(bucket("slot", 1), 0, 0, 7);
    chains.append(entry(bucket, 0, 0, 5));
    chains.sweep();
    assertThat(store.list(FOLDER + "staging-changes"))
        .containsExactlyInAnyOrder(
            next.staged().files().get(0).staged(), other.staged().files().get(0).staged());
    assertThat(store.read(late.staged().files().get(0).staged())).isEmpty();
    assertThat(chains.append(next)).isTrue();
  }

  @Test
  void aGenerationIsWhatItWas() {
    chains.append(entry(bucket, 0, 0, 5));
    assertThatThrownBy(() -> anotherProcess().chains().resume(bucket("another_slot", 3)))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.category()).isEqualTo(Category.PROTOCOL))
        .hasMessageContaining("another_slot")
        .hasMessageContaining("begin a new one");
  }

  @Test
  void aFileThatIsGoneIsNamed() {
    ChangeEntry first = entry(bucket, 0, 0, 5);
    store.delete(List.of(first.staged().files().get(0).staged()));
    assertThatThrownBy(() -> chains.append(first))
        .hasMessageContaining("1 of its 1 files are gone")
        .hasMessageContaining(first.staged().files().get(0).staged());
  }

  @Test
  void filesLieWhereTheyAreSwept() {
    var cut = new Cut(bucket, 0, new RunId("r"));
    var file = new StagedFile("elsewhere/0-x.staged", "lake/x", 1, 1, "00000000");
    var entry =
        new ChangeEntry(
            cut,
            new Reach(Position.START, new Position(1, 0), new Progress(new RunId("r"), NOW), 1),
            new Staged("x", List.of(file)),
            new LogMark("topic", 0, 1, NOW),
            "");
    assertThatThrownBy(() -> chains.append(entry)).hasMessageContaining("to be swept");
  }

  @Test
  void knowsItsStreamsAndBuckets() {
    assertThat(ledger.streams()).isEmpty();
    Bucket another = bucket("slot", 1);
    chains.append(entry(bucket, 0, 0, 5));
    chains.append(entry(another, 0, 0, 5));
    assertThat(ledger.streams()).containsExactly(STREAM);
    assertThat(chains.buckets(STREAM)).containsExactly(another, bucket);
    assertThat(chains.buckets(new StreamId("trips", "zones"))).isEmpty();
  }

  /** What an entry would be that goes on without changes. */
  private static ChangeEntry gap(Bucket of, int number, long after, long last, Decision decision) {
    var run = new RunId("2026-11-21T00");
    return ChangeEntry.gap(
        new Cut(of, number, run),
        new Reach(new Position(after, 0), new Position(last, 0), new Progress(run, NOW), 0),
        new LogMark("topic", 2, 40, NOW),
        decision);
  }

  @Test
  void whatIsMissingIsNotedUntilItIsThere() {
    ChangeEntry missing = gap(bucket, 1, 5, 9, FOUND);
    ChangeEntry atTheStart = gap(bucket("slot", 1), 0, 0, 3, FOUND);
    chains.halt(missing);
    chains.halt(atTheStart);
    assertThat(ledger.streams()).containsExactly(STREAM);
    assertThat(chains.halted(STREAM)).containsExactly(atTheStart); // bucket 3 is not there yet
    chains.append(entry(bucket, 0, 0, 5));
    assertThat(chains.halted(STREAM)).containsExactly(atTheStart, missing);
    assertThat(missing.name())
        .isEqualTo(
            "trips.rides.changes/1795000000000-aaaa/3:0000000000000005.0..0000000000000009.0");
    ChangeEntry wider = gap(bucket, 1, 5, 12, FOUND);
    anotherProcess().chains().halt(wider);
    assertThat(chains.halted(STREAM)).containsExactly(atTheStart, wider);
    chains.append(entry(bucket, 1, 5, 12));
    assertThat(chains.halted(STREAM)).containsExactly(atTheStart);
    assertThat(chains.gaps(STREAM)).isEmpty();
    assertThat(chains.halted(new StreamId("trips", "zones"))).isEmpty();
  }

  @Test
  void aGapThatIsDecidedOnStaysKnown() {
    chains.append(entry(bucket, 0, 0, 5));
    chains.halt(gap(bucket, 1, 5, 9, FOUND));
    ChangeEntry decided = gap(bucket, 1, 5, 9, DECIDED);
    assertThat(anotherProcess().chains().append(decided)).isTrue();
    assertThat(chains.halted(STREAM)).isEmpty();
    assertThat(chains.gaps(STREAM)).containsExactly(decided);
    assertThat(chains.newest(bucket)).hasValue(decided);
    chains.append(entry(bucket, 2, 9, 12));
    assertThat(anotherProcess().chains().gaps(STREAM)).containsExactly(decided);
    assertThat(chains.published(bucket)).hasSize(3).element(1).isEqualTo(decided);
    assertThat(chains.published(bucket).get(1).gap()).hasValue(DECIDED);
    assertThat(chains.published(bucket).get(0).gap()).isEmpty();
  }

  @Test
  void whatFillsAGapAndADecisionExcludeEachOther() {
    chains.append(entry(bucket, 0, 0, 5));
    chains.halt(gap(bucket, 1, 5, 9, FOUND));
    ChangeEntry filling = entry(bucket, 1, 5, 9);
    assertThat(anotherProcess().chains().append(filling)).isTrue();
    assertThat(chains.append(gap(bucket, 1, 5, 9, DECIDED))).isFalse();
    assertThat(chains.gaps(STREAM)).isEmpty();

    chains.halt(gap(bucket, 2, 9, 20, FOUND));
    assertThat(chains.append(gap(bucket, 2, 9, 20, DECIDED))).isTrue();
    assertThat(anotherProcess().chains().append(entry(bucket, 2, 9, 20))).isFalse();
    assertThatThrownBy(() -> chains.append(gap(bucket, 3, 9, 20, DECIDED)))
        .hasMessageContaining("the chain ends at 0000000000000014.0");
  }

  @Test
  void theDocumentIsForOtherProgramsToRead() {
    ChangeEntry entry = entry(bucket, 0, 0, 0x163002D50L);
    String writer = entry.staged().writer();
    assertThat(new String(LedgerJson.write(ChangeDocument.of(entry)), UTF_8))
        .isEqualToIgnoringWhitespace(
            """
            {"version":1,"stream":"rides",
             "generation":{"id":"1795000000000-aaaa","system":"7001","slot":"slot","buckets":4,
              "key":["id"],"hash":"crc32c-1"},
             "bucket":3,"number":0,"run":"2026-11-21T00",
             "after":"0000000000000000.0","last":"0000000163002d50.0",
             "open_run":"2026-11-21T01","latest_commit":"2026-11-21T01:00:00Z",
             "source_rows":5,"writer":"WRITER",
             "files":[{"path":"lake/3-0-WRITER.parquet",
              "staged":"_millrace/trips/lake/staging-changes/rides/1795000000000-aaaa/3/0-WRITER.staged",
              "rows":5,"bytes":%d,"crc32c":"%s"}],
             "log":{"topic_id":"topic","partition":2,"offset":17,"timestamp":"2026-11-21T01:00:00Z"},
             "fingerprint":"f","decisions":[]}
            """
                .formatted(entry.staged().bytes(), entry.staged().files().get(0).checksum())
                .replace("WRITER", writer));
  }
}
