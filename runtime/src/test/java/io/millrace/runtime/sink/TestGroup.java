package io.millrace.runtime.sink;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.StreamId;
import io.millrace.core.stage.Sink;
import io.millrace.runtime.TestProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** A topic of four lanes, the members of the group that loads it, and what holds in the end. */
final class TestGroup implements AutoCloseable {
  static final int LANES = 4;

  private static final String SINK = "memory";
  private static final int ROWS = 1_234;
  private static final int BATCH = 100;

  private final StreamId stream;
  private final Map<String, Object> client;
  private final Map<String, Object> consumer;
  private final Path scratch;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final MemorySink sink = new MemorySink();
  private final BufferAllocator allocator = new RootAllocator();
  private Duration parkAfter = Duration.ofHours(1);
  private final List<Member> members = new ArrayList<>();

  /**
   * A group without members, whose topic is still to be made.
   *
   * @param name of the pipeline
   * @param consumer properties of all members
   */
  TestGroup(String servers, String name, Map<String, Object> consumer, Path scratch) {
    this.stream = new StreamId(name, "rides");
    this.client = Map.of("bootstrap.servers", servers);
    this.consumer = consumer;
    this.scratch = scratch;
    this.admin = Admin.create(client);
    this.producer = TestProducer.of(client);
  }

  /** One process of the sink. */
  record Member(SinkRuntime runtime, RecordedEvents events) {
    Set<Integer> lanes() {
      return runtime.progress().lanes().stream()
          .map(SinkProgress.LaneProgress::partition)
          .collect(Collectors.toCollection(TreeSet::new));
    }

    long records() {
      return runtime.progress().records();
    }

    void leave() {
      runtime.close();
    }

    /** Waits until it works on so many lanes. */
    Member withLanes(int count) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                assertThat(runtime.failure()).isEmpty();
                return lanes().size() == count;
              });
      return this;
    }
  }

  TestGroup createTopic() {
    done(() -> admin.createTopics(List.of(new NewTopic(topic(), LANES, (short) 1))).all().get());
    return this;
  }

  /** How long members wait for what goes quiet, an hour unless told. */
  TestGroup parkingAfter(Duration quiet) {
    parkAfter = quiet;
    return this;
  }

  /** A member with properties of its own. */
  Member join(Map<String, Object> own) {
    return join(own, sink, List.of(stream));
  }

  Member join() {
    return join(Map.of());
  }

  /** A member that loads into another target. */
  Member join(Map<String, Object> own, Sink target, List<StreamId> streams) {
    var properties = new HashMap<>(client);
    properties.putAll(consumer);
    properties.putAll(own);
    var settings =
        new SinkSettings(
            stream.pipeline(),
            SINK,
            streams,
            properties,
            TransformChain.NONE,
            LANES,
            parkAfter,
            Duration.ofMillis(200),
            scratch);
    var events = new RecordedEvents();
    var budget = new MemoryBudget(64 << 20, 1 << 30);
    var runtime =
        new SinkRuntime(settings, target, budget, allocator, InstantSource.system(), events);
    var member = new Member(runtime, events);
    members.add(member);
    runtime.start();
    return member;
  }

  StreamId stream() {
    return stream;
  }

  String topic() {
    return stream.topic();
  }

  String id() {
    return "millrace.%s.%s".formatted(stream.pipeline(), SINK);
  }

  Admin admin() {
    return admin;
  }

  MemorySink sink() {
    return sink;
  }

  /** A whole plan of units with {@value #ROWS} rows each, spread over the lanes. */
  List<TestAttempt> plan(int plan, int size) {
    return IntStream.range(0, size).mapToObj(p -> attempt(plan, size, p, "whole", ROWS)).toList();
  }

  /** An attempt at one unit of a plan, with the first so many of its rows. */
  TestAttempt attempt(int plan, int size, int unit, String nonce, int rows) {
    return TestAttempt.of(
        allocator,
        TestAttempt.unit(stream, plan, "part-" + unit),
        size,
        "%s-%d-%d".formatted(nonce, plan, unit),
        LongStream.range(unit * 10_000L, unit * 10_000L + rows),
        BATCH,
        unit % LANES);
  }

  void send(Collection<ProducerRecord<byte[], byte[]>> records) {
    var sent = records.stream().map(producer::send).toList();
    producer.flush();
    assertThat(sent).allSatisfy(record -> assertThat(record).succeedsWithin(PATIENCE));
  }

  void sendAll(List<TestAttempt> attempts) {
    attempts.forEach(attempt -> send(attempt.records()));
  }

  /** The first records of each attempt. */
  void sendHeads(List<TestAttempt> attempts, int records) {
    attempts.forEach(attempt -> send(attempt.records().subList(0, records)));
  }

  /** The records of each attempt but for the first. */
  void sendTails(List<TestAttempt> attempts, int from) {
    attempts.forEach(attempt -> send(attempt.records().subList(from, attempt.records().size())));
  }

  /** How many records all members have read. */
  long recordsRead() {
    return members.stream().mapToLong(Member::records).sum();
  }

  /** Waits until the run is decided for the plan and all of the log is committed; checks rows. */
  void assertLoadedOnce(int plan, List<TestAttempt> attempts) {
    awaitHead(plan);
    assertThat(sink.rows(stream, TestAttempt.RUN))
        .containsExactlyInAnyOrderElementsOf(
            attempts.stream().flatMap(attempt -> attempt.ids().stream()).toList());
    awaitCommitted();
  }

  void awaitHead(int plan) {
    var decided = TestAttempt.unit(stream, plan, "any").plan();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                sink.ledger()
                    .head(stream, TestAttempt.RUN)
                    .filter(head -> head.plan().plan().equals(decided))
                    .isPresent());
  }

  /** Waits until the group's offsets are the log's end in all lanes that hold records. */
  void awaitCommitted() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(committed()).isEqualTo(ends()));
  }

  /** The group's offsets other than 0, by lane. */
  Map<Integer, Long> committed() {
    var offsets = new TreeMap<Integer, Long>();
    done(() -> admin.listConsumerGroupOffsets(id()).partitionsToOffsetAndMetadata().get())
        .forEach(
            (partition, offset) -> {
              if (offset != null && offset.offset() > 0) {
                offsets.put(partition.partition(), offset.offset());
              }
            });
    return offsets;
  }

  /** Where the log ends, by lane, without empty ones. */
  Map<Integer, Long> ends() {
    var ends = new TreeMap<Integer, Long>();
    done(() ->
            admin
                .listOffsets(
                    lanes().stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
                .all()
                .get())
        .forEach(
            (partition, end) -> {
              if (end.offset() > 0) {
                ends.put(partition.partition(), end.offset());
              }
            });
    return ends;
  }

  /** Sets the group's offset in every lane, as somebody might who has no part in it. */
  void setOffsets(Map<Integer, Long> offsets) {
    var all = new HashMap<TopicPartition, OffsetAndMetadata>();
    offsets.forEach(
        (lane, offset) ->
            all.put(new TopicPartition(topic(), lane), new OffsetAndMetadata(offset)));
    done(() -> admin.alterConsumerGroupOffsets(id(), all).all().get());
  }

  /** Deletes what lies before the offset, as retention does. */
  void deleteBelow(int lane, long offset) {
    var below = Map.of(new TopicPartition(topic(), lane), RecordsToDelete.beforeOffset(offset));
    done(() -> admin.deleteRecords(below).all().get());
  }

  void deleteTopic() {
    done(() -> admin.deleteTopics(List.of(topic())).all().get());
  }

  /** Changes a setting of the cluster. */
  void configure(ConfigResource of, ConfigEntry entry, AlterConfigOp.OpType change) {
    var changes =
        Map.<ConfigResource, Collection<AlterConfigOp>>of(
            of, List.of(new AlterConfigOp(entry, change)));
    done(() -> admin.incrementalAlterConfigs(changes).all().get());
  }

  List<TopicPartition> lanes() {
    return IntStream.range(0, LANES).mapToObj(p -> new TopicPartition(topic(), p)).toList();
  }

  /** A question to Kafka. */
  interface Call<T> {
    T ask() throws ExecutionException, InterruptedException;
  }

  static <T> T done(Call<T> call) {
    try {
      return call.ask();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    members.forEach(Member::leave);
    producer.close();
    admin.close();
    allocator.close();
  }
}
