package io.millrace.runtime.sink;

import static io.millrace.core.Patience.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.DeadLetter;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.TestProducer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that the sink cannot use, among others that it can: letters of them, their units held,
 * the others loaded, and no offset beyond a record whose letter is not written.
 */
class DeadLettersIT {

  /** Tests that begin without a topic for letters. */
  private static final String WITHOUT_TOPIC = "without-topic";

  @TempDir static Path folder;
  private static EmbeddedKafka kafka;
  private static Admin admin;

  @TempDir Path scratch;
  private final BufferAllocator allocator = new RootAllocator();
  private final MemorySink sink = new MemorySink();
  private final RecordedEvents events = new RecordedEvents();
  private final List<SinkRuntime> runtimes = new ArrayList<>();
  private KafkaProducer<byte[], byte[]> producer;
  private StreamId stream;
  private TopicPartition lane;
  private TopicPartition letters;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"));
    admin = Admin.create(client());
  }

  @AfterAll
  static void stopKafka() {
    admin.close();
    kafka.close();
  }

  @BeforeEach
  void createTopics(TestInfo test) throws Exception {
    stream =
        new StreamId(
            test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT), "rides");
    lane = new TopicPartition(stream.topic(), 0);
    letters = new TopicPartition(StreamId.deadLetters(stream.pipeline()), 0);
    create(lane);
    if (!test.getTags().contains(WITHOUT_TOPIC)) {
      create(letters);
    }
    producer = TestProducer.of(client());
  }

  private static void create(TopicPartition only) throws Exception {
    admin.createTopics(List.of(new NewTopic(only.topic(), 1, (short) 1))).all().get();
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

  private SinkRuntime start() {
    var settings =
        new SinkSettings(
            stream.pipeline(),
            "memory",
            List.of(), // all of them: the dead letters are none of them
            client(),
            new Fastidious(),
            2,
            Duration.ofHours(1),
            Duration.ofMillis(200),
            scratch);
    var budget = new MemoryBudget(64 << 20, 1 << 30);
    var runtime =
        new SinkRuntime(settings, sink, budget, allocator, InstantSource.system(), events);
    runtimes.add(runtime);
    runtime.start();
    return runtime;
  }

  private Unit unit(String partition) {
    return TestAttempt.unit(stream, 1, partition);
  }

  /** 250 rows in three batches. */
  private TestAttempt attempt(String partition, String nonce, long from) {
    return TestAttempt.of(
        allocator, unit(partition), 100, nonce, LongStream.range(from, from + 250), 100, 0);
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) {
    var sent = records.stream().map(producer::send).toList();
    producer.flush();
    assertThat(sent).allSatisfy(record -> assertThat(record).succeedsWithin(PATIENCE));
  }

  private static ProducerRecord<byte[], byte[]> with(
      ProducerRecord<byte[], byte[]> record, String header, String text) {
    record.headers().remove(header).add(header, text.getBytes(UTF_8));
    return record;
  }

  private ProducerRecord<byte[], byte[]> record(byte[] value, Headers headers) {
    return new ProducerRecord<>(lane.topic(), 0, 1_700_000_000_000L, null, value, headers);
  }

  private void awaitEvents(String kind, int count) {
    await().atMost(PATIENCE).until(() -> events.of(kind).size() >= count);
    assertThat(events.of(kind)).hasSize(count);
  }

  /** The group's offset; -1: none. */
  private long committed() throws Exception {
    OffsetAndMetadata found =
        admin
            .listConsumerGroupOffsets("millrace.%s.memory".formatted(stream.pipeline()))
            .partitionsToOffsetAndMetadata()
            .get()
            .get(lane);
    return found == null ? -1 : found.offset();
  }

  private void awaitCommitted(long offset) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(committed()).isEqualTo(offset));
  }

  private static void assertCopy(
      ConsumerRecord<byte[], byte[]> letter, ConsumerRecord<byte[], byte[]> origin) {
    assertThat(letter.key()).isEqualTo(origin.key());
    assertThat(letter.value()).isEqualTo(origin.value());
    assertThat(letter.timestamp()).isEqualTo(origin.timestamp());
    Header[] own = origin.headers().toArray();
    assertThat(Arrays.copyOf(letter.headers().toArray(), own.length)).isEqualTo(own);
    assertThat(TopicLetters.read(letter).origin())
        .isEqualTo("%s-%d@%d".formatted(origin.topic(), origin.partition(), origin.offset()));
    assertThat(TopicLetters.read(letter).sink()).isEqualTo("memory");
    assertThat(TopicLetters.read(letter).omitted()).isEmpty();
  }

  @Test
  void everyKindOfBadRecordAmongGoodOnes() {
    var bad = new LinkedHashMap<ProducerRecord<byte[], byte[]>, String>();
    var other = new StreamId("elsewhere", "rides");
    List<ProducerRecord<byte[], byte[]>> sample = attempt("unused", "u", 0).records();
    bad.put(record(new byte[] {1, 2, 3}, null), "without headers of Millrace");
    bad.put(
        with(record(null, sample.get(0).headers()), "millrace.version", "9"),
        "Cannot read wire version \"9\"");
    bad.put(
        with(record(new byte[0], sample.get(1).headers()), "millrace.sequence", "-1"),
        "Cannot read header millrace.sequence \"-1\"");
    bad.put(
        with(record(new byte[0], sample.get(2).headers()), "millrace.pipeline", other.pipeline()),
        "Cannot use a record of stream " + other);

    List<ProducerRecord<byte[], byte[]>> none = attempt("none", "n", 0).records();
    bad.put(record(null, none.get(1).headers()), "without a value");
    List<ProducerRecord<byte[], byte[]>> garbled =
        TestAttempt.garbled(unit("garbled"), 100, "g", 0).records();
    bad.put(garbled.get(0), "in Arrow IPC format");
    List<ProducerRecord<byte[], byte[]>> mixed = mixed("mixed");
    bad.put(mixed.get(1), "is not that of those before it");
    List<ProducerRecord<byte[], byte[]>> miscounted = attempt("miscounted", "m", 0).records();
    bad.put(
        with(miscounted.get(1), "millrace.rows", "99"), "holds 100 rows, and its header announces");
    with(miscounted.get(2), "millrace.rows", "51");
    List<ProducerRecord<byte[], byte[]>> forged = attempt("forged", "f", 0).records();
    bad.put(with(forged.get(3), "millrace.checksum", "00000000"), "the source sent 00000000");
    List<ProducerRecord<byte[], byte[]>> poisoned =
        attempt("poisoned", "p", Fastidious.POISON - 150).records();
    bad.put(poisoned.get(1), "Cannot bear 666");
    List<ProducerRecord<byte[], byte[]>> good = attempt("good", "x", 0).records();
    List<ProducerRecord<byte[], byte[]>> alike = attempt("alike", "y", 1_000).records();

    var records = new ArrayList<ProducerRecord<byte[], byte[]>>(good.subList(0, 2));
    records.addAll(List.copyOf(bad.keySet()).subList(0, 5));
    Stream.of(garbled, mixed, miscounted, forged, poisoned, good.subList(2, 4), alike)
        .forEach(records::addAll);
    send(records);
    SinkRuntime runtime = start();

    awaitEvents("loaded", 2);
    assertThat(events.of("loaded")).containsExactlyInAnyOrder("loaded good", "loaded alike");
    awaitCommitted(records.size());
    Map<String, ConsumerRecord<byte[], byte[]>> copies = TopicLetters.newest(client(), letters);
    List<ConsumerRecord<byte[], byte[]>> log = TopicLetters.all(client(), lane);
    assertThat(copies).hasSize(bad.size());
    bad.forEach(
        (record, reason) -> {
          var origin = log.get(records.indexOf(record));
          var copy = copies.get("%s@%d".formatted(lane, origin.offset()));
          assertThat(copy).as(reason).isNotNull();
          assertCopy(copy, origin);
          assertThat(TopicLetters.read(copy).reason()).contains(reason);
        });
    assertThat(runtime.progress().badRecords()).isEqualTo(bad.size());
    assertThat(runtime.progress().deadLetters()).isEqualTo(bad.size());
    assertThat(runtime.progress().lanes().get(0).held().keySet())
        .extracting(Unit::partition)
        .containsExactlyInAnyOrder("none", "garbled", "mixed", "miscounted", "forged", "poisoned");

    // What the letters are of is not lost for the run: another attempt of each unit loads it.
    for (String partition : List.of("none", "garbled", "mixed", "miscounted", "forged")) {
      send(attempt(partition, "again", 0).records());
    }
    awaitEvents("loaded", 7);
  }

  /** An attempt whose second batch has another schema, though counts and checksum agree. */
  private List<ProducerRecord<byte[], byte[]>> mixed(String partition) {
    byte[] other = TestAttempt.otherSchema(allocator);
    List<ProducerRecord<byte[], byte[]>> whole = attempt(partition, "s", 0).records();
    var second =
        new ProducerRecord<>(lane.topic(), 0, whole.get(1).key(), other, whole.get(1).headers());
    with(second, "millrace.rows", "1");
    var checksum = new AttemptChecksum();
    Stream.of(whole.get(0), second, whole.get(2))
        .forEach(record -> checksum.add(AttemptChecksum.of(ByteBuffer.wrap(record.value()))));
    with(whole.get(3), "millrace.rows", "151");
    with(whole.get(3), "millrace.checksum", "%08x".formatted(checksum.value()));
    return List.of(whole.get(0), second, whole.get(2), whole.get(3));
  }

  @Test
  @Tag(WITHOUT_TOPIC)
  void aBrokerThatRefusesLettersDelaysTheOffsetAndNothingElse() throws Exception {
    SinkRuntime first = start();
    List<ProducerRecord<byte[], byte[]>> good = attempt("good", "x", 0).records();
    send(good);
    send(List.of(record(new byte[] {1, 2, 3}, null)));
    send(attempt("alike", "y", 1_000).records());
    send(TestAttempt.garbled(unit("garbled"), 100, "g", 0).records());

    awaitEvents("loaded", 2);
    awaitEvents("held", 1);
    await().atMost(PATIENCE).until(() -> !events.of("retrying").isEmpty());
    assertThat(events.of("retrying").get(0))
        .contains("Cannot write to topic " + letters.topic())
        .contains("the group's offset waits");
    awaitCommitted(good.size());
    assertThat(first.failure()).isEmpty();
    first.close();
    assertThat(committed()).isEqualTo(good.size());

    start();
    create(letters);
    awaitCommitted(good.size() + 1 + 4 + 2);
    assertThat(TopicLetters.newest(client(), letters)).hasSize(2);
  }

  @Test
  void aLetterTooLargeComesWithoutItsValue() throws Exception {
    configure(letters, "max.message.bytes", "1500");
    byte[] large = new byte[2_000];
    var wordy = record(new byte[] {1}, null);
    wordy.headers().add("wordy", large);
    send(List.of(record(large, null), wordy, record(new byte[] {1, 2}, null)));
    start();

    awaitCommitted(3);
    List<ConsumerRecord<byte[], byte[]>> found =
        List.copyOf(TopicLetters.newest(client(), letters).values());
    assertThat(found).hasSize(3);
    assertThat(found.get(0).value()).isNull();
    assertThat(TopicLetters.read(found.get(0)).omitted())
        .contains(new DeadLetter.Omitted(2_000, AttemptChecksum.of(ByteBuffer.wrap(large))));
    assertThat(found.get(1).headers().headers("wordy")).isEmpty();
    assertThat(TopicLetters.read(found.get(1)).omitted()).isPresent();
    assertThat(TopicLetters.read(found.get(1)).origin()).isEqualTo(lane + "@1");
    assertThat(found.get(2).value()).containsExactly(1, 2);
  }

  @Test
  void duplicatesForgeriesAndDisorder() {
    List<ProducerRecord<byte[], byte[]>> whole = attempt("doubled", "d", 0).records();
    List<ProducerRecord<byte[], byte[]>> forged = attempt("doubled", "d", 5_000).records();
    // the first of a sequence counts, in whatever order they come
    send(
        List.of(
            whole.get(2), whole.get(3), whole.get(1), whole.get(1), forged.get(2), whole.get(0)));
    // where the forgery is first, the attempt is of no use, and the next one is
    List<ProducerRecord<byte[], byte[]>> deceived = attempt("deceived", "e", 1_000).records();
    List<ProducerRecord<byte[], byte[]>> forgery = attempt("deceived", "e", 6_000).records();
    send(
        List.of(
            deceived.get(0), forgery.get(1), deceived.get(1), deceived.get(2), deceived.get(3)));
    send(attempt("deceived", "again", 1_000).records());
    start();

    awaitEvents("loaded", 2);
    awaitCommitted(6 + 5 + 4);
    assertThat(events.of("discarded"))
        .anyMatch(text -> text.startsWith("discarded e: the checksum of its batches is"));
    assertThat(TopicLetters.newest(client(), letters).values())
        .singleElement()
        .satisfies(
            end -> {
              assertThat(TopicLetters.read(end).origin()).isEqualTo(lane + "@10");
              assertThat(TopicLetters.read(end).reason())
                  .contains("the checksum of its batches is");
            });
    assertThat(sink.stagedRows())
        .containsExactlyInAnyOrderElementsOf(
            LongStream.concat(LongStream.range(0, 250), LongStream.range(1_000, 1_250))
                .boxed()
                .toList());
  }

  @Test
  void partitionsOfOneRunMayHaveDifferentSchemas() {
    send(attempt("before", "x", 0).records());
    send(TestAttempt.withName(allocator, unit("after"), 100, "y", 0).records());
    start();

    awaitEvents("loaded", 2);
    awaitCommitted(4 + 2);
    assertThat(TopicLetters.newest(client(), letters)).isEmpty();
    assertThat(sink.schemas().values())
        .extracting(schema -> schema.getFields().size())
        .containsExactlyInAnyOrder(1, 2);
  }

  private static void configure(TopicPartition partition, String name, String value)
      throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, partition.topic());
    var set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
  }
}
