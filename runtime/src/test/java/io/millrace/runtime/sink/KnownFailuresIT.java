package io.millrace.runtime.sink;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.sink.TestGroup.Member;
import io.millrace.sinks.files.ParquetSinkOptions;
import io.millrace.sinks.files.ParquetSinkType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Kinds of failure by which others that load from Kafka have lost rows or doubled them. */
class KnownFailuresIT {
  private static final int HALF = 6;
  private static final Duration QUIET = Duration.ofSeconds(2);

  @TempDir static Path folder;
  private static EmbeddedKafka kafka;

  @TempDir Path scratch;
  private final List<Sink> lakes = new ArrayList<>();
  private TestGroup group;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void createTopic(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    group =
        new TestGroup(
            kafka.bootstrapServers(), name, Map.of("heartbeat.interval.ms", 300), scratch);
    group.createTopic();
  }

  @AfterEach
  void close() {
    group.close();
    lakes.forEach(Sink::close);
  }

  /**
   * A process that was thought dead commits offsets from long ago, and retention has deleted what
   * lies there: the reader is sent to the log's start, which by then cuts a unit in two.
   */
  @Test
  void offsetsBelowTheLogsStart() {
    Member first = group.join();
    List<TestAttempt> plan = group.plan(1, 5);
    group.sendAll(plan.subList(0, 4));
    TestAttempt cut = plan.get(4);
    group.send(cut.records().subList(0, HALF));
    await().atMost(PATIENCE).until(() -> first.events().of("loaded").size() == 4);
    first.leave();
    long start = plan.get(0).records().size() + 2L;
    group.deleteBelow(0, start);
    group.setOffsets(Map.of(0, 1L));

    Member second = group.join();
    group.sendTails(List.of(cut), HALF);

    await().atMost(PATIENCE).until(() -> !second.events().of("held").isEmpty());
    assertThat(second.events().of("held"))
        .singleElement()
        .asString()
        .contains(
            "Batch 0 of the 13 of %s attempt whole-1-4".formatted(cut.unit()),
            "between offset %d, where the log begins, and".formatted(start));
    assertThat(group.sink().tries()).isEqualTo(4);

    group.send(group.attempt(1, 5, 4, "again", 1_234).records());
    group.assertLoadedOnce(1, plan);
    assertThat(group.sink().tries()).isEqualTo(5);
  }

  /** Offsets go back while the log is read again, and a crash in the midst makes that last. */
  @Test
  void offsetsThatGoBack() {
    Member first = group.join();
    List<TestAttempt> plan = group.plan(1, 8);
    group.sendAll(plan);
    group.assertLoadedOnce(1, plan);
    first.leave();

    for (int back : new int[] {20, 3}) {
      group.setOffsets(Map.of(0, (long) back, 1, (long) back, 2, (long) back, 3, (long) back));
      Member next = group.join();
      group.assertLoadedOnce(1, plan);
      assertThat(next.events().of("loaded")).isEmpty();
      next.leave();
    }
    assertThat(group.sink().tries()).isEqualTo(8);
  }

  /** Offsets are set forward by mistake, over records that nobody has loaded. */
  @Test
  void offsetsSetForward() {
    Member first = group.join().withLanes(4);
    List<TestAttempt> plan = group.plan(1, 8);
    group.sendAll(plan.subList(0, 4));
    await().atMost(PATIENCE).until(() -> first.events().of("loaded").size() == 4);
    first.leave();
    group.sendAll(plan.subList(4, 8));
    group.setOffsets(group.ends());

    Member second = group.join();

    group.assertLoadedOnce(1, plan);
    assertThat(second.events().of("loaded")).hasSize(4);
    assertThat(second.records()).isEqualTo(4L * plan.get(0).records().size());
  }

  /**
   * A topic is deleted and made again while it is read. Offsets start anew, and a reader that goes
   * on where it was misses what lies before.
   */
  @Test
  void aTopicMadeAnewUnderALiveReader() {
    Member member = group.join();
    List<TestAttempt> old = group.plan(1, 4);
    group.sendAll(old);
    group.assertLoadedOnce(1, old);

    group.deleteTopic();
    group.createTopic();
    // More than there was, so that the old position is one of the new topic too.
    List<TestAttempt> plan = group.plan(2, 12);
    group.sendAll(plan);

    group.assertLoadedOnce(2, plan);
    assertThat(member.runtime().failure()).isEmpty();
    assertThat(group.sink().tries()).isEqualTo(16);
  }

  /** The same between two runs of the process, when a zombie's commit has outlived the topic. */
  @Test
  void aTopicMadeAnewBetweenTwoRuns() {
    Member first = group.join();
    List<TestAttempt> old = group.plan(1, 4);
    group.sendAll(old);
    group.assertLoadedOnce(1, old);
    first.leave();

    var committed = new HashMap<>(group.committed());
    group.deleteTopic();
    group.createTopic();
    List<TestAttempt> plan = group.plan(2, 12);
    group.sendAll(plan);
    group.setOffsets(committed);

    group.join();
    group.assertLoadedOnce(2, plan);
    assertThat(group.sink().tries()).isEqualTo(16);
  }

  /** A rebalance takes some lanes away while their units are being loaded: both owners load. */
  @Test
  void lanesRevokedInTheMiddleOfALoad() {
    var loading = new CountDownLatch(TestGroup.LANES);
    var goOn = new CountDownLatch(1);
    group
        .sink()
        .beforeFinish(
            unit -> {
              loading.countDown();
              pause(goOn);
            });
    Member one = group.join().withLanes(4);
    List<TestAttempt> plan = group.plan(1, 4);
    group.sendAll(plan);
    await().atMost(PATIENCE).until(() -> loading.getCount() == 0);

    Member two = group.join().withLanes(2);
    one.withLanes(2);
    await().atMost(PATIENCE).until(() -> group.sink().tries() == 6);
    goOn.countDown();

    group.assertLoadedOnce(1, plan);
    await().atMost(PATIENCE).until(() -> group.sink().fileCount() == 4);
    var loaded = new ArrayList<>(one.events().of("loaded"));
    loaded.addAll(two.events().of("loaded"));
    assertThat(loaded).hasSize(4).doesNotHaveDuplicates();
  }

  /**
   * Somebody late overwrites what is there with less: a task that finishes an attempt of its own
   * after another did, one that finishes a plan that was given up.
   */
  @Test
  void lateTasksWithFewerRows() {
    group.join();
    List<TestAttempt> given = group.plan(1, 4);
    TestAttempt late = given.get(3);
    group.sendAll(given.subList(0, 2));
    group.sendHeads(List.of(late), HALF);

    List<TestAttempt> plan = group.plan(2, 4);
    TestAttempt shorter = group.attempt(2, 4, 0, "slow", 400);
    group.sendHeads(List.of(shorter), 2);
    group.sendAll(plan);
    group.assertLoadedOnce(2, plan);

    group.sendTails(List.of(shorter), 2);
    group.sendTails(List.of(late), HALF);
    group.sendAll(given.subList(2, 3));

    group.assertLoadedOnce(2, plan);
    assertThat(group.sink().tries()).isEqualTo(6);
  }

  /** The target's folder is removed under the process, which goes on as if it were a new one. */
  @Test
  void aTargetRemovedWhileItIsLoaded() {
    Path lake = scratch.resolve("lake");
    Member first = group.join(Map.of(), open(lake), List.of(group.stream()));
    List<TestAttempt> plan = group.plan(1, 4);
    group.sendAll(plan.subList(0, 2));
    await().atMost(PATIENCE).until(() -> first.events().of("loaded").size() == 2);

    remove(lake);
    group.sendAll(plan.subList(2, 4));
    await().atMost(PATIENCE).until(() -> first.runtime().failure().isPresent());
    assertThat(first.runtime().failure().orElseThrow())
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.retriable()).isFalse())
        .hasMessageContaining("ledger.json is gone: it was removed while this process used it");
    first.leave();

    assertLoadedAnew(lake, 4);
  }

  /** The target is removed while nobody runs, and the group's offsets say that all is done. */
  @Test
  void aTargetRemovedBetweenTwoRuns() {
    Path lake = scratch.resolve("lake");
    Member first = group.join(Map.of(), open(lake), List.of(group.stream()));
    group.sendAll(group.plan(1, 4));
    await().atMost(PATIENCE).until(() -> first.events().of("loaded").size() == 4);
    group.awaitCommitted();
    first.leave();

    remove(lake);

    assertLoadedAnew(lake, 4);
  }

  private void assertLoadedAnew(Path lake, int units) {
    Sink again = open(lake);
    Member next = group.join(Map.of(), again, List.of(group.stream()));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(next.runtime().failure()).isEmpty();
              return again.ledger().published(group.stream(), TestAttempt.RUN).isPresent();
            });
    var head = again.ledger().published(group.stream(), TestAttempt.RUN).orElseThrow();
    assertThat(again.countRows(head)).isEqualTo(units * 1_234L);
    assertThat(next.runtime().failure()).isEmpty();
  }

  private Sink open(Path lake) {
    var options =
        OptionsReader.read(
                ParquetSinkOptions.class,
                Map.of("path", lake + "/{stream}/{run}/"),
                problem -> {
                  throw new AssertionError(problem);
                })
            .orElseThrow();
    var context =
        new SinkContext(
            group.stream().pipeline(),
            "memory",
            SinkContext.SNAPSHOT,
            "cluster",
            scratch,
            new Nonces(new Random()),
            InstantSource.system());
    Sink sink = new ParquetSinkType().open(context, options);
    lakes.add(sink);
    return sink;
  }

  /** As {@code rm -rf} does while somebody goes on writing. */
  private static void remove(Path lake) {
    try {
      Path away = lake.resolveSibling("removed");
      Files.move(lake, away);
      try (Stream<Path> all = Files.walk(away)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As when TopicPartitions are added while a unit is sent: no lane has all of it. */
  @Test
  void aUnitSplitOverTwoLanesIsLoadedAsAWhole() {
    group.parkingAfter(QUIET);
    Member member = group.join().withLanes(TestGroup.LANES);
    List<TestAttempt> plan = group.plan(1, 3);
    group.send(plan.get(0).records());
    sendSplit(plan.get(1), 5);
    sendSplit(plan.get(2), plan.get(2).records().size() - 1);

    group.assertLoadedOnce(1, plan);
    assertThat(member.events().of("planReread")).isNotEmpty();
    assertThat(held()).isEmpty();
    assertThat(group.sink().ledger().markers(plan.get(0).unit().plannedRun()))
        .extracting(UnitMarker::log)
        .hasSize(3)
        .allSatisfy(log -> assertThat(log.first()).isLessThanOrEqualTo(log.last()));
  }

  /** So many records into the lane of the unit, the others into the next. */
  private void sendSplit(TestAttempt attempt, int at) {
    List<ProducerRecord<byte[], byte[]>> records = attempt.records();
    group.send(records.subList(0, at));
    group.send(records.subList(at, records.size()).stream().map(this::moved).toList());
  }

  private ProducerRecord<byte[], byte[]> moved(ProducerRecord<byte[], byte[]> record) {
    int other = (record.partition() + 1) % TestGroup.LANES;
    return new ProducerRecord<>(
        record.topic(), other, null, record.key(), record.value(), record.headers());
  }

  /** A reader that goes on for ever with a run half there, and nobody knows. */
  @Test
  void whatTheLogDoesNotHoldIsHeldAndComesBackWithAnotherAttempt() {
    group.parkingAfter(QUIET);
    Member member = group.join().withLanes(TestGroup.LANES);
    List<TestAttempt> plan = group.plan(1, 3);
    group.send(plan.get(0).records());
    group.send(plan.get(1).records().subList(0, 4));

    await().atMost(PATIENCE).until(() -> held().size() == 2);
    assertThat(held())
        .extracting(HeldUnit::partition, HeldUnit::reason)
        .satisfiesExactlyInAnyOrder(
            named -> assertThat(named.toList()).first().isEqualTo("part-1"),
            nameless ->
                assertThat(nameless.toList())
                    .containsExactly("", "2 of its 3 units are not whole in the log"));
    assertThat(member.events().of("held")).isNotEmpty();
    assertThat(member.events().of("loaded")).containsExactly("loaded part-0");

    group.send(group.attempt(1, 3, 1, "again", 1_234).records());
    group.send(plan.get(2).records());
    group.assertLoadedOnce(1, plan);
    assertThat(held()).isEmpty();
  }

  private List<HeldUnit> held() {
    var unit = TestAttempt.unit(group.stream(), 1, "any");
    return group.sink().ledger().held(new PlannedRun(unit.stream(), unit.run(), unit.plan()));
  }
}
