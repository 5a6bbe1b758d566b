package io.millrace.runtime.sink;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.TestProducer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The runtime on a real broker, with a target in memory. */
class SinkRuntimeIT {
  private static final int LANES = 4;

  @TempDir static Path folder;
  private static EmbeddedKafka kafka;

  @TempDir Path scratch;
  private final BufferAllocator allocator = new RootAllocator();
  private final MemorySink sink = new MemorySink();
  private final RecordedEvents events = new RecordedEvents();
  private final List<SinkRuntime> runtimes = new ArrayList<>();
  private KafkaProducer<byte[], byte[]> producer;
  private String group;
  private StreamId stream;

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"));
    try (var admin = Admin.create(client())) {
      var letters = new NewTopic(StreamId.deadLetters("trips"), 1, (short) 1);
      admin.createTopics(List.of(letters)).all().get();
    }
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void createTopic(TestInfo test) throws Exception {
    group = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    // A topic of its own: one made anew right after its deletion has no leader for a moment.
    stream = new StreamId("trips", group);
    try (var admin = Admin.create(client())) {
      admin.createTopics(List.of(new NewTopic(stream.topic(), LANES, (short) 1))).all().get();
    }
    producer = TestProducer.of(client());
  }

  @AfterEach
  void closeAll() {
    producer.close();
    runtimes.forEach(SinkRuntime::close);
    allocator.close();
  }

  private static Map<String, Object> client() {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  private SinkRuntime start(MemoryBudget budget) {
    var settings =
        new SinkSettings(
            "trips",
            group,
            List.of(stream),
            client(),
            TransformChain.NONE,
            2,
            Duration.ofHours(1),
            Duration.ofMillis(200),
            scratch);
    var runtime =
        new SinkRuntime(settings, sink, budget, allocator, InstantSource.system(), events);
    runtimes.add(runtime);
    runtime.start();
    return runtime;
  }

  private static MemoryBudget plenty() {
    return new MemoryBudget(64 << 20, 1 << 30);
  }

  private TestAttempt attempt(Unit unit, int planSize, String nonce, LongStream ids, int lane) {
    return TestAttempt.of(allocator, unit, planSize, nonce, ids, 100, lane);
  }

  /** A whole plan of partitions with 1,234 rows each, spread over the lanes. */
  private List<TestAttempt> plan(int plan, int size) {
    return IntStream.range(0, size)
        .mapToObj(
            p ->
                attempt(
                    TestAttempt.unit(stream, plan, "part-" + p),
                    size,
                    "whole-" + plan + "-" + p,
                    LongStream.range(p * 10_000L, p * 10_000L + 1_234),
                    p % LANES))
        .toList();
  }

  private static List<Long> ids(List<TestAttempt> attempts) {
    return attempts.stream().flatMap(attempt -> attempt.ids().stream()).toList();
  }

  private static List<ProducerRecord<byte[], byte[]>> ends(List<TestAttempt> attempts) {
    return attempts.stream()
        .map(attempt -> attempt.records().get(attempt.records().size() - 1))
        .toList();
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) {
    var sent = records.stream().map(producer::send).toList();
    producer.flush();
    assertThat(sent).allSatisfy(record -> assertThat(record).succeedsWithin(PATIENCE));
  }

  /** The records of all lists, each list in its order, otherwise shuffled. */
  private static List<ProducerRecord<byte[], byte[]>> interleaved(
      List<List<ProducerRecord<byte[], byte[]>>> lists) {
    var turns = new ArrayList<Iterator<ProducerRecord<byte[], byte[]>>>();
    for (var list : lists) {
      turns.addAll(Collections.nCopies(list.size(), list.iterator()));
    }
    Collections.shuffle(turns, new Random(7));
    return turns.stream().map(Iterator::next).toList();
  }

  private void awaitHead(int plan) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(events.of("failed")).isEmpty();
              return sink.ledger()
                  .head(stream, TestAttempt.RUN)
                  .filter(
                      head -> head.plan().plan().equals(TestAttempt.unit(stream, plan, "x").plan()))
                  .isPresent();
            });
  }

  private void assertRows(List<Long> expected) {
    assertThat(sink.rows(stream, TestAttempt.RUN)).containsExactlyInAnyOrderElementsOf(expected);
  }

  private void awaitLanes(SinkRuntime runtime, int count) {
    await().atMost(PATIENCE).until(() -> runtime.progress().lanes().size() == count);
  }

  /** Waits until the group has committed the log's end in all lanes that hold records. */
  private void awaitAllCommitted() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              try (var admin = Admin.create(client())) {
                var partitions =
                    IntStream.range(0, LANES)
                        .mapToObj(p -> new TopicPartition(stream.topic(), p))
                        .toList();
                var ends =
                    admin
                        .listOffsets(
                            partitions.stream()
                                .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
                        .all()
                        .get();
                var committed =
                    admin
                        .listConsumerGroupOffsets("millrace.trips." + group)
                        .partitionsToOffsetAndMetadata()
                        .get();
                for (TopicPartition partition : partitions) {
                  long end = ends.get(partition).offset();
                  if (end > 0) {
                    assertThat(committed.get(partition)).isEqualTo(new OffsetAndMetadata(end));
                  }
                }
              }
            });
  }

  @Test
  void loadsEveryUnitOnceFromInterleavedAttempts() {
    start(plenty());
    List<TestAttempt> plan = plan(1, 8);
    var lists = new ArrayList<List<ProducerRecord<byte[], byte[]>>>();
    for (TestAttempt whole : plan) {
      int lane = whole.records().get(0).partition();
      LongStream some = whole.ids().stream().limit(500).mapToLong(Long::longValue);
      LongStream all = whole.ids().stream().mapToLong(Long::longValue);
      lists.add(whole.records());
      lists.add(attempt(whole.unit(), 8, "dead", some, lane).withoutEnd());
      lists.add(attempt(whole.unit(), 8, "late", all, lane).records());
    }

    send(interleaved(lists));

    awaitHead(1);
    assertRows(ids(plan));
    awaitAllCommitted();
    assertThat(sink.tries()).isEqualTo(8);
  }

  @Test
  void lanesMoveWhenOneOfTwoStops() {
    SinkRuntime one = start(plenty());
    SinkRuntime two = start(plenty());
    awaitLanes(one, 2);
    awaitLanes(two, 2);
    List<TestAttempt> plan = plan(1, 8);
    List<ProducerRecord<byte[], byte[]>> records =
        interleaved(plan.stream().map(TestAttempt::records).toList());

    send(records.subList(0, records.size() / 2));
    await().atMost(PATIENCE).until(() -> one.progress().records() > 0);
    one.close();
    send(records.subList(records.size() / 2, records.size()));

    awaitHead(1);
    assertRows(ids(plan));
    awaitLanes(two, 4);
    awaitAllCommitted();
  }

  @Test
  void spillsWhatDoesNotFitIntoMemory() {
    var budget = new MemoryBudget(4_000, 1 << 30);
    start(budget);
    List<TestAttempt> plan = plan(1, 16);
    List<ProducerRecord<byte[], byte[]>> records =
        interleaved(plan.stream().map(TestAttempt::records).toList());

    // All ends are missing yet: nothing can be loaded, everything must be kept.
    List<ProducerRecord<byte[], byte[]>> ends = ends(plan);
    send(records.stream().filter(record -> !ends.contains(record)).toList());
    await().atMost(PATIENCE).until(() -> budget.scratchUsed() > 50_000);
    send(ends);

    awaitHead(1);
    assertRows(ids(plan));
    assertThat(events.of("parked")).isEmpty();
    await().atMost(PATIENCE).until(() -> budget.memoryUsed() + budget.scratchUsed() == 0);
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void parksTheNewestWhenScratchIsFullAndReadsItAgainAtItsEnd() {
    start(new MemoryBudget(4_000, 8_000));
    List<TestAttempt> plan = plan(1, 8);
    List<ProducerRecord<byte[], byte[]>> records =
        interleaved(plan.stream().map(TestAttempt::records).toList());

    // Without their ends units cannot be loaded before there are too many of them.
    List<ProducerRecord<byte[], byte[]>> ends = ends(plan);
    send(records.stream().filter(record -> !ends.contains(record)).toList());
    await().atMost(PATIENCE).until(() -> !events.of("parked").isEmpty());
    send(ends);

    awaitHead(1);
    assertRows(ids(plan));
    assertThat(events.of("reread")).isNotEmpty();
    awaitAllCommitted();
  }

  @Test
  void readsAParkedUnitAgainAfterARestart() {
    SinkRuntime first = start(new MemoryBudget(100, 0));
    TestAttempt whole = plan(1, 1).get(0);
    send(whole.withoutEnd());
    await().atMost(PATIENCE).until(() -> !events.of("parked").isEmpty());
    awaitAllCommitted();
    first.close();

    start(plenty());
    send(whole.records().subList(whole.records().size() - 1, whole.records().size()));

    awaitHead(1);
    assertRows(whole.ids());
    assertThat(events.of("reread")).containsExactly("reread part-0");
    awaitAllCommitted();
  }

  @Test
  void anAbandonedLoadIsDoneByTheNext() {
    var reached = new CountDownLatch(1);
    sink.beforeFinish(
        unit -> {
          reached.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw new CancellationException();
          }
        });
    SinkRuntime first = start(plenty());
    List<TestAttempt> plan = plan(1, 1);
    send(plan.get(0).records());
    await().atMost(PATIENCE).until(() -> reached.getCount() == 0);

    long began = System.nanoTime();
    first.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(1));
    assertThat(sink.fileCount()).isZero();

    sink.beforeFinish(unit -> {});
    start(plenty());
    awaitHead(1);
    assertRows(ids(plan));
    assertThat(sink.tries()).isEqualTo(2);
  }

  @Test
  void triesAgainWhatMayPass() {
    var left = new AtomicInteger(3);
    sink.beforeFinish(
        unit -> {
          if (left.getAndDecrement() > 0) {
            throw MillraceException.passing(
                MillraceException.Category.TARGET, "The disk is busy", null);
          }
        });
    start(plenty());
    List<TestAttempt> plan = plan(1, 4);
    plan.forEach(attempt -> send(attempt.records()));

    awaitHead(1);
    assertRows(ids(plan));
    assertThat(events.of("retrying")).hasSize(3);
  }

  @Test
  void stopsOnWhatDoesNotPassAndLosesNothing() {
    sink.beforeFinish(
        unit -> {
          throw MillraceException.lasting(MillraceException.Category.TARGET, "The disk is full");
        });
    SinkRuntime first = start(plenty());
    List<TestAttempt> plan = plan(1, 4);
    plan.forEach(attempt -> send(attempt.records()));
    await().atMost(PATIENCE).until(() -> first.failure().isPresent());
    assertThat(first.failure().orElseThrow()).hasMessage("The disk is full");
    assertThat(events.of("failed")).containsExactly("failed The disk is full");
    first.close();

    sink.beforeFinish(unit -> {});
    start(plenty());
    await().atMost(PATIENCE).until(() -> sink.ledger().head(stream, TestAttempt.RUN).isPresent());
    assertRows(ids(plan));
  }

  @Test
  void skipsBadRecordsAndHoldsWhatCannotBeDecoded() {
    SinkRuntime runtime = start(plenty());
    String topic = stream.topic();
    List<TestAttempt> plan = plan(1, 2);
    TestAttempt good = plan.get(0);
    TestAttempt retried = plan.get(1);
    TestAttempt garbled = TestAttempt.garbled(retried.unit(), 2, "garbled", 1);
    var foreign = new ProducerRecord<>(topic, 0, new byte[0], new byte[] {1, 2, 3});
    var newer = new ProducerRecord<>(topic, 0, new byte[0], new byte[] {1, 2, 3});
    newer.headers().add("millrace.version", "9".getBytes(StandardCharsets.UTF_8));

    send(List.of(foreign, newer));
    send(garbled.records());
    send(good.records());

    await().atMost(PATIENCE).until(() -> !events.of("loaded").isEmpty());
    assertThat(events.of("bad"))
        .anyMatch(text -> text.contains("without headers of Millrace"))
        .anyMatch(text -> text.contains("Cannot read wire version \"9\""));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                runtime.progress().lanes().stream()
                    .anyMatch(lane -> lane.held().containsKey(retried.unit())));
    awaitAllCommitted();

    send(retried.records());
    awaitHead(1);
    assertRows(ids(plan));
    await()
        .atMost(PATIENCE)
        .until(() -> runtime.progress().lanes().stream().allMatch(lane -> lane.held().isEmpty()));
    assertThat(events.of("bad")).hasSize(3).anyMatch(text -> text.contains("no message at byte 4"));
    assertThat(runtime.progress().deadLetters()).isEqualTo(3);
  }

  @Test
  void holdsWhatTheSourceGaveUpAndLoadsItsRetry() {
    SinkRuntime runtime = start(plenty());
    List<TestAttempt> plan = plan(1, 2);
    Unit unit = plan.get(1).unit();
    send(TestAttempt.givenUp(unit, 2, "refused", "permission denied", 1).records());
    send(plan.get(0).records());

    await().atMost(PATIENCE).until(() -> !events.of("loaded").isEmpty());
    awaitAllCommitted();
    assertThat(events.of("held"))
        .containsExactly(
            "held %s: the source gave it up: permission denied".formatted(unit.partition()));
    assertThat(sink.ledger().head(stream, TestAttempt.RUN)).isEmpty();

    send(plan.get(1).records());
    awaitHead(1);
    assertRows(ids(plan));
    await()
        .atMost(PATIENCE)
        .until(() -> runtime.progress().lanes().stream().allMatch(lane -> lane.held().isEmpty()));
  }

  @Test
  void aLaterPlanReplacesOneThatDied() {
    start(plenty());
    TestAttempt dead = plan(1, 3).get(0);
    send(dead.withoutEnd());
    List<TestAttempt> plan = plan(2, 5);
    plan.forEach(attempt -> send(attempt.records()));

    awaitHead(2);
    assertRows(ids(plan));
    assertThat(events.of("parked")).singleElement().asString().startsWith("parked part-0: plan");
    awaitAllCommitted();
  }

  @Test
  void withoutGroupOffsetsGoesOnAtTheHint() throws Exception {
    SinkRuntime first = start(plenty());
    List<TestAttempt> plan = plan(1, 4);
    plan.forEach(attempt -> send(attempt.records()));
    awaitHead(1);
    awaitAllCommitted();
    first.close();
    forgetGroup();

    SinkRuntime second = start(plenty());
    List<TestAttempt> next = plan(2, 4);
    next.forEach(attempt -> send(attempt.records()));
    awaitHead(2);
    assertRows(ids(next));
    assertThat(second.progress().records())
        .isEqualTo(next.stream().mapToLong(attempt -> attempt.records().size()).sum());
  }

  @Test
  void withoutAnyOffsetReadsAllAndLoadsNothingTwice() throws Exception {
    SinkRuntime first = start(plenty());
    List<TestAttempt> plan = plan(1, 4);
    plan.forEach(attempt -> send(attempt.records()));
    awaitHead(1);
    first.close();
    forgetGroup();
    sink.memory().forgetHints();

    SinkRuntime second = start(plenty());
    long records = plan.stream().mapToLong(attempt -> attempt.records().size()).sum();
    await().atMost(PATIENCE).until(() -> second.progress().records() == records);
    awaitAllCommitted();
    assertRows(ids(plan));
    assertThat(sink.tries()).isEqualTo(4);
  }

  private void forgetGroup() throws Exception {
    try (var admin = Admin.create(client())) {
      admin.deleteConsumerGroups(List.of("millrace.trips." + group)).all().get();
    }
  }
}
