package io.millrace.runtime.sink;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.Replay;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.TestProducer;
import io.millrace.runtime.sink.ReplayResult.PlanResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Replays that are stopped, overtaken or short, on a real broker, with a target in memory. */
class ReplayRuntimeIT {
  private static final int PARTS = 4;
  private static final int LANES = 2;

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;

  @TempDir private Path scratch;
  private final BufferAllocator allocator = new RootAllocator();
  private final MemorySink sink = new MemorySink();
  private KafkaProducer<byte[], byte[]> producer;
  private StreamId stream;

  /**
   * Where a replay's range ends, by TopicPartition: behind what was sent, unless a test says so.
   */
  private final long[] ends = new long[LANES];

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void createTopic(TestInfo test) throws Exception {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    stream = new StreamId("trips", name);
    try (var admin = Admin.create(client())) {
      admin.createTopics(List.of(new NewTopic(stream.topic(), LANES, (short) 1))).all().get();
    }
    producer = TestProducer.of(client());
  }

  @AfterEach
  void closeAll() {
    producer.close();
    allocator.close();
  }

  private static Map<String, Object> client() {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  private SinkSettings settings() {
    return new SinkSettings(
        "trips",
        stream.name(),
        List.of(stream),
        client(),
        TransformChain.NONE,
        1,
        Duration.ofHours(1),
        Duration.ofMillis(200),
        scratch);
  }

  private ReplayRuntime replay(int number) {
    var scope = new ReplayScope(range(), plan -> plan.plan().equals(plan(1)), number);
    var runtime =
        new ReplayRuntime(
            settings(),
            sink,
            scope,
            new MemoryBudget(64 << 20, 1 << 30),
            allocator,
            InstantSource.system(),
            SinkEvents.NONE);
    runtime.start();
    return runtime;
  }

  private List<LogSpan> range() {
    return IntStream.range(0, LANES)
        .mapToObj(lane -> new LogSpan(stream.topic(), "an-id", lane, 0, ends[lane]))
        .toList();
  }

  private PlanId plan(int plan) {
    return TestAttempt.unit(stream, plan, "x").plan();
  }

  private TestAttempt attempt(int plan, int part) {
    return TestAttempt.of(
        allocator,
        TestAttempt.unit(stream, plan, "part-" + part),
        PARTS,
        "n" + part,
        LongStream.range(part * 1_000L, part * 1_000L + 500),
        100,
        0);
  }

  private void send(TestAttempt attempt) throws Exception {
    send(attempt.records());
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    for (var record : records) {
      ends[record.partition()] = producer.send(record).get().offset() + 1;
    }
  }

  /** So many records where they belong, the others into the other TopicPartition. */
  private void sendSplit(TestAttempt attempt, int at) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = attempt.records();
    send(records.subList(0, at));
    send(records.subList(at, records.size()).stream().map(ReplayRuntimeIT::moved).toList());
  }

  private static ProducerRecord<byte[], byte[]> moved(ProducerRecord<byte[], byte[]> record) {
    return new ProducerRecord<>(
        record.topic(),
        LANES - 1 - record.partition(),
        null,
        record.key(),
        record.value(),
        record.headers());
  }

  private void sendPlan(int plan) throws Exception {
    for (int part = 0; part < PARTS; part++) {
      send(attempt(plan, part));
    }
  }

  private static ReplayResult resultOf(ReplayRuntime replay) {
    await().atMost(PATIENCE).until(() -> replay.ended(Duration.ofMillis(50)));
    assertThat(replay.failure()).isEmpty();
    return replay.result().orElseThrow();
  }

  private List<Long> ids() {
    return IntStream.range(0, PARTS)
        .boxed()
        .flatMap(part -> attempt(1, part).ids().stream())
        .toList();
  }

  /** Loads of this Partition wait until they are let go, or their replay is closed. */
  private CountDownLatch holdUp(String partition, CountDownLatch reached) {
    var go = new CountDownLatch(1);
    sink.beforeFinish(
        unit -> {
          if (unit.partition().equals(partition) && unit.plan().replay() > 0) {
            reached.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new CancellationException();
            }
          }
        });
    return go;
  }

  @Test
  void aReplayThatWasStoppedGoesOn() throws Exception {
    sendPlan(1);
    var reached = new CountDownLatch(1);
    CountDownLatch go = holdUp("part-2", reached);
    Replay claimed = sink.ledger().claimReplay("all", "memory", range());

    try (ReplayRuntime first = replay(claimed.number())) {
      await().atMost(PATIENCE).until(() -> reached.getCount() == 0);
      first.close();
      assertThat(first.result()).isEmpty();
      assertThat(first.failure()).isEmpty();
    }
    assertThat(sink.ledger().head(stream, TestAttempt.RUN)).isEmpty();
    go.countDown();

    assertThat(sink.ledger().claimReplay("all", "memory", range())).isEqualTo(claimed);
    try (ReplayRuntime next = replay(claimed.number())) {
      ReplayResult result = resultOf(next);
      assertThat(result.isWhole()).isTrue();
      assertThat(result.unitsLoaded()).isEqualTo(2);
      assertThat(result.unitsSkipped()).isEqualTo(2);
    }
    assertThat(sink.rows(stream, TestAttempt.RUN)).containsExactlyInAnyOrderElementsOf(ids());
    assertThat(sink.ledger().head(stream, TestAttempt.RUN).orElseThrow().plan().plan())
        .isEqualTo(plan(1).replayed(1));
  }

  @Test
  void aNewerPlanLoadedMeanwhileOvertakesTheReplay() throws Exception {
    sendPlan(1);
    var reached = new CountDownLatch(1);
    CountDownLatch go = holdUp("part-2", reached);
    try (ReplayRuntime replay = replay(1);
        var live =
            new SinkRuntime(
                settings(),
                sink,
                new MemoryBudget(64 << 20, 1 << 30),
                allocator,
                InstantSource.system(),
                SinkEvents.NONE)) {
      await().atMost(PATIENCE).until(() -> reached.getCount() == 0);
      live.start();
      awaitHead(1);
      sendPlan(2);
      awaitHead(2);
      go.countDown();

      PlanResult plan = resultOf(replay).plans().get(0);
      assertThat(plan.sourcePlan()).isEqualTo(new PlannedRun(stream, TestAttempt.RUN, plan(1)));
      assertThat(plan.state())
          .isEqualTo(
              new PlanState.Superseded(sink.ledger().head(stream, TestAttempt.RUN).orElseThrow()));
    }
    assertThat(sink.ledger().head(stream, TestAttempt.RUN).orElseThrow().plan().plan())
        .isEqualTo(plan(2));
    assertThat(sink.ledger().openPlans()).isEmpty();
  }

  private void awaitHead(int plan) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                sink.ledger()
                    .head(stream, TestAttempt.RUN)
                    .filter(head -> head.plan().plan().equals(plan(plan)))
                    .isPresent());
  }

  @Test
  void whatIsMissingIsSaidUnitByUnit() throws Exception {
    send(attempt(1, 0));
    send(attempt(1, 1).withoutEnd());
    TestAttempt cut = attempt(1, 2);
    send(cut.records().subList(1, cut.records().size()));
    Unit beyond = TestAttempt.unit(stream, 1, "part-3");
    long end = ends[0];
    send(TestAttempt.of(allocator, beyond, PARTS, "n3", LongStream.range(0, 5), 5, 0));
    ends[0] = end;

    try (ReplayRuntime replay = replay(0)) {
      PlanResult plan = resultOf(replay).plans().get(0);

      assertThat(plan.isShort()).isTrue();
      assertThat(plan.state()).isEqualTo(new PlanState.Loading(1, PARTS));
      assertThat(plan.missing()).containsOnlyKeys("part-1", "part-2");
      assertThat(plan.missing().get("part-1"))
          .isEqualTo("no attempt of it ends before offset %d of %s-0".formatted(end, stream));
      assertThat(plan.missing().get("part-2")).contains("Batch 0 of the 5 of", "between offset 0");
      assertThat(plan.unseen()).isEqualTo(1);
    }
    assertThat(sink.ledger().head(stream, TestAttempt.RUN)).isEmpty();
  }

  /** As when TopicPartitions are added while units are sent: no lane has all of them. */
  @Test
  void unitsSplitOverTopicPartitionsAreLoaded() throws Exception {
    send(attempt(1, 0));
    sendSplit(attempt(1, 1), 1);
    sendSplit(attempt(1, 2), 3);
    sendSplit(attempt(1, 3), attempt(1, 3).records().size() - 1);

    try (ReplayRuntime replay = replay(1)) {
      ReplayResult result = resultOf(replay);
      assertThat(result.isWhole()).isTrue();
      assertThat(result.unitsLoaded()).isEqualTo(PARTS);
    }
    assertThat(sink.rows(stream, TestAttempt.RUN)).containsExactlyInAnyOrderElementsOf(ids());
    var name = new PlannedRun(stream, TestAttempt.RUN, plan(1).replayed(1));
    assertThat(sink.ledger().markers(name))
        .extracting(UnitMarker::log)
        .extracting(log -> log.spans().stream().mapToLong(LogSpan::length).sum())
        .as("the markers say where each of its 6 records lies")
        .containsExactly(6L, 6L, 6L, 6L);
  }

  @Test
  void whatLiesBehindTheRangeIsNoPartOfASplitUnit() throws Exception {
    for (int part = 0; part < PARTS - 1; part++) {
      send(attempt(1, part));
    }
    sendSplit(attempt(1, 3), 1);
    ends[1]--;

    try (ReplayRuntime replay = replay(1)) {
      PlanResult plan = resultOf(replay).plans().get(0);
      assertThat(plan.state()).isEqualTo(new PlanState.Loading(PARTS - 1, PARTS));
      assertThat(plan.missing())
          .containsEntry("part-3", "the log holds no attempt of it that is whole");
    }
    ends[1]++;
    try (ReplayRuntime replay = replay(1)) {
      ReplayResult result = resultOf(replay);
      assertThat(result.isWhole()).isTrue();
      assertThat(result.unitsLoaded()).isEqualTo(1);
    }
    assertThat(sink.rows(stream, TestAttempt.RUN)).containsExactlyInAnyOrderElementsOf(ids());
  }
}
