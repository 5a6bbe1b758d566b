package io.millrace.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.Attempt;
import io.millrace.core.Bounds;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Generation;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.change.Span;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.core.wire.ChangeHeaderCodec;
import io.millrace.core.wire.DeadLetter;
import io.millrace.core.wire.HeaderCodec;
import io.millrace.core.wire.Reading;
import io.millrace.core.wire.SchemaFingerprint;
import io.millrace.embedded.EmbeddedConnect;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.TestProducer;
import io.millrace.runtime.config.SampleTypes;
import io.millrace.runtime.config.StageTypes;
import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.ConnectorConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy}, {@code peek} and {@code status} with a real Kafka and a real Connect. */
class KafkaCommandsIT {
  private static final StageTypes TYPES =
      new StageTypes(SampleTypes.ALL.sources(), Map.of(), StageTypes.installed().sinks());

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("text", ArrowType.Utf8.INSTANCE),
              Field.nullable("amount", new ArrowType.Decimal(10, 2, 128)),
              Field.nullable("day", new ArrowType.Date(DateUnit.DAY)),
              Field.nullable("at", new ArrowType.Time(TimeUnit.MICROSECOND, 64)),
              Field.nullable("stamp", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
              Field.nullable("naive", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
              new Field(
                  "id",
                  new FieldType(
                      true,
                      new ArrowType.FixedSizeBinary(16),
                      null,
                      Map.of("ARROW:extension:name", "arrow.uuid")),
                  List.of()),
              Field.nullable("raw", ArrowType.Binary.INSTANCE)));
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

  @TempDir private static Path servers;
  private static EmbeddedKafka kafka;
  private static EmbeddedConnect connect;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;

  @BeforeAll
  static void start() throws IOException {
    kafka = EmbeddedKafka.start(servers.resolve("kafka"));
    connect =
        EmbeddedConnect.start(
            kafka.bootstrapServers(),
            Files.createDirectory(servers.resolve("plugins")),
            ConnectorConfig.workerProperties());
  }

  @AfterAll
  static void stop() {
    connect.close();
    kafka.close();
  }

  @BeforeEach
  void name() {
    file = folder.resolve("a.yaml");
  }

  private void write(String pipeline, String tables) throws IOException {
    Files.writeString(
        file,
        """
        name: %s
        source: {type: table, tables: %s, password: '${env:PATH}', tasks: 2}
        sinks: [{type: parquet}]
        kafka: {bootstrap.servers: '%s', topic: {partitions: 1}}
        connect: {url: '%s'}
        """
            .formatted(pipeline, tables, kafka.bootstrapServers(), connect.url()));
  }

  @Test
  void deployCreatesThenUpdatesAndReadsAgainOnlyWhenAsked() throws IOException {
    write("deployed", "a");
    var client = new ConnectClient(connect.url());

    assertThat(millrace("deploy", file.toString(), "--dry-run")).isEqualTo(0);
    assertThat(out.toString()).contains("\"password\" : \"${env:PATH}\"", "\"tables\" : \"a\"");
    assertThat(client.get("millrace.deployed")).isEmpty();

    assertThat(millrace("deploy", file.toString())).isEqualTo(0);
    assertThat(err.toString())
        .isEqualTo(
            """
            Created topic deployed.a
            Created topic deployed.dead-letters
            Connector millrace.deployed is RUNNING with 2 tasks
            """);
    assertThat(out.toString()).isEmpty();
    String request = request(client);

    write("deployed", "[a, b]");
    assertThat(millrace("deploy", file.toString())).isEqualTo(0);
    assertThat(err.toString()).startsWith("Created topic deployed.b\nConnector");
    assertThat(request(client)).isEqualTo(request);

    assertThat(millrace("deploy", file.toString(), "--read-again")).isEqualTo(0);
    assertThat(request(client)).isNotEqualTo(request).matches("[a-z0-9]+");
  }

  private static String request(ConnectClient client) {
    return client.get("millrace.deployed").orElseThrow().properties().get(ConnectorConfig.REQUEST);
  }

  @Test
  void deployTellsWhatTheClusterFindsWrong() throws IOException {
    write("refused", "missing");
    assertThat(millrace("deploy", file.toString(), "--dry-run")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(file + ":2:23: source.tables: There is no table \"missing\"\n");
  }

  @Test
  void peekShowsRecordsAndRows() throws Exception {
    write("peeked", "a");
    int bytes = produce("peeked");

    assertThat(millrace("peek", "peeked.a", "--file", file.toString(), "--rows", "1")).isEqualTo(0);
    assertThat(out.toString())
        .isEqualTo(
            """
            peeked.a-0@0 batch 0, 2 rows, %,d bytes
              run snapshot, plan 1795168800000-aaa of 1 partitions, partition p0, attempt 1 (n1), schema %s
            text                                  amount  day         at               stamp                 naive             id                                    raw
            a very long text that goes on and...    1.50  2026-11-20  10:00:00.000001  2026-11-20T10:00:00Z  2026-11-20T10:00  00000000-0000-0001-0000-000000000002  c0ffee

            peeked.a-0@1 end after 1 batches, 2 rows by the source's count
              run snapshot, plan 1795168800000-aaa of 1 partitions, partition p0, attempt 1 (n1), schema %s

            peeked.a-0@2 Cannot read a record without the header millrace.version: is it one of Millrace's?

            peeked.a-0@3 given up after 0 batches: permission denied for table a
              run snapshot, plan 1795168800000-aaa of 1 partitions, partition p0, attempt 2 (n2), schema %s

            """
                .formatted(
                    bytes,
                    SchemaFingerprint.of(SCHEMA),
                    SchemaFingerprint.of(SCHEMA),
                    SchemaFingerprint.of(SCHEMA)));

    String servers = kafka.bootstrapServers();
    assertThat(millrace("peek", "peeked.a", "--kafka", servers, "--offset", "1", "--limit", "1"))
        .isEqualTo(0);
    assertThat(out.toString()).startsWith("peeked.a-0@1 end").doesNotContain("@2");

    assertThat(millrace("peek", "peeked.a", "--kafka", servers, "--offset", "4")).isEqualTo(0);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).isEqualTo("There is no record to show\n");

    assertThat(millrace("peek", "peeked.b", "--kafka", servers)).isEqualTo(1);
    assertThat(err.toString()).startsWith("There is no topic \"peeked.b\" in Kafka at " + servers);
  }

  @Test
  void peekShowsChanges() throws Exception {
    var generation =
        new Generation(
            PlanId.after(0, NOW, "gen"), "7", "millrace_x", 2, List.of("id"), "crc32c-1");
    var bucket = new Bucket(new StreamId("peeked", "b"), generation, 1);
    var progress = new Progress(new RunId("2026-11-20T10"), NOW);
    var last = new Position(0x1603002D50L, 3);
    String schema = SchemaFingerprint.of(SCHEMA);
    var span = new Span(Position.START, new Position(0x1603002D50L, 2), last);
    byte[] value = value();
    Map<ChangeHeader, byte[]> records = new LinkedHashMap<>();
    records.put(new ChangeHeader.Data(bucket, progress, span, schema, 2), value);
    records.put(
        new ChangeHeader.Tick(bucket, progress, last, new Position(0x1603002D51L, 0), schema),
        new ArrowCodec().encode(SCHEMA));
    Map<String, Object> servers = Map.of("bootstrap.servers", kafka.bootstrapServers());
    String topic = bucket.stream().changesTopic();
    try (var admin = Admin.create(servers);
        var producer = TestProducer.of(servers)) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
      for (var each : records.entrySet()) {
        var record = new ProducerRecord<byte[], byte[]>(topic, 0, null, each.getValue());
        ChangeHeaderCodec.encode(each.getKey())
            .forEach((k, v) -> record.headers().add(k, v.getBytes(UTF_8)));
        producer.send(record).get();
      }
    }

    String[] args = {"peek", topic, "--kafka", kafka.bootstrapServers(), "--rows", "1"};
    assertThat(millrace(args)).isEqualTo(0);
    assertThat(out.toString().lines().filter(line -> !line.contains("a very long text")))
        .containsExactly(
            "peeked.b.changes-0@0 2 changes from 0000001603002d50.2 to 0000001603002d50.3, %,d bytes"
                .formatted(value.length),
            "  generation 1795168800000-gen, bucket 1 of 2 by id, after 0000000000000000.0, run"
                + " 2026-11-20T10, committed until 2026-11-20T10:00:00Z, schema "
                + schema,
            "text                                  amount  day         at               stamp      "
                + "           naive             id                                    raw",
            "",
            "peeked.b.changes-0@1 tick: nothing more up to 0000001603002d51.0",
            "  generation 1795168800000-gen, bucket 1 of 2 by id, after 0000001603002d50.3, run"
                + " 2026-11-20T10, committed until 2026-11-20T10:00:00Z, schema "
                + schema,
            "");
  }

  @Test
  void peekShowsTheNewestLetterOfEachRecord() throws Exception {
    String topic = StreamId.deadLetters("posted");
    Map<String, Object> servers = Map.of("bootstrap.servers", kafka.bootstrapServers());
    var unit =
        new Unit(new StreamId("posted", "a"), RunId.SNAPSHOT, PlanId.after(0, NOW, "a"), "p");
    var reading = new Reading(unit, 1, new Bounds.Everything(), new Attempt(1, "n1", NOW));
    Map<String, String> batch =
        HeaderCodec.encode(new BatchHeader.Data(reading, 0, SchemaFingerprint.of(SCHEMA), 2));
    var omitted = Optional.of(new DeadLetter.Omitted(2_000_000, 0xc0ffee));
    var foreign = new DeadLetter("posted.a", 0, 9, "lake", NOW, "no headers of\nMillrace", omitted);
    var garbled = new DeadLetter("posted.a", 0, 7, "lake", NOW, "not Arrow", Optional.empty());
    try (var admin = Admin.create(servers);
        var producer = TestProducer.of(servers)) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
      for (DeadLetter letter : List.of(garbled, foreign, garbled)) {
        byte[] value = letter.omitted().isPresent() ? null : new byte[] {1, 2, 3};
        var record = new ProducerRecord<byte[], byte[]>(topic, 0, null, value);
        Map<String, String> own = letter.equals(garbled) ? batch : Map.of();
        own.forEach((k, v) -> record.headers().add(k, v.getBytes(UTF_8)));
        letter.headers().forEach((k, v) -> record.headers().add(k, v.getBytes(UTF_8)));
        producer.send(record).get();
      }
    }

    assertThat(millrace("peek", topic, "--kafka", kafka.bootstrapServers())).isEqualTo(0);
    assertThat(out.toString())
        .isEqualTo(
            """
            posted.dead-letters-0@1 posted.a-0@9, sink lake, 2026-11-20T10:00:00Z
              no headers of Millrace
              2,000,000 bytes of no known unit
              without its value, which was too large: CRC32C 00c0ffee

            posted.dead-letters-0@2 posted.a-0@7, sink lake, 2026-11-20T10:00:00Z
              not Arrow
              batch 0, 2 rows, 3 bytes
              run snapshot, plan 1795168800000-a of 1 partitions, partition p, attempt 1 (n1), schema %s

            """
                .formatted(SchemaFingerprint.of(SCHEMA)));

    String[] first = {
      "peek", topic, "--kafka", kafka.bootstrapServers(), "--limit", "1", "--all", "--save", "value"
    };
    assertThat(millrace(first)).isEqualTo(0);
    assertThat(out.toString()).startsWith("posted.dead-letters-0@0 posted.a-0@7");
    assertThat(err.toString()).isEqualTo("2 more: raise --limit\n");
    assertThat(folder.resolve("value")).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @Test
  void statusTellsTheLagAndDoesWithoutKafka() throws Exception {
    write("lagging", "a");
    produce("lagging");

    assertThat(millrace("status", file.toString())).isEqualTo(0);
    assertThat(out.toString())
        .isEqualTo(
            """
            SINK     STREAM  RUN  STATE           PARTITIONS  ROWS  LAG  PLAN
            parquet  a            nothing loaded                      4
            """);

    String text = Files.readString(file).replace(kafka.bootstrapServers(), "127.0.0.1:1");
    Files.writeString(file, text);
    assertThat(millrace("status", file.toString())).isEqualTo(0);
    assertThat(out.toString()).contains("nothing loaded");
    assertThat(err.toString())
        .startsWith("The lag is not known. Cannot reach Kafka at 127.0.0.1:1 within 10 s");
  }

  @Test
  void sinkLoadsWhatIsInTheTopicUntilItIsInterrupted() throws Exception {
    write("loaded", "a");
    produce("loaded");

    var sink = new FutureTask<>(() -> millrace("sink", file.toString(), "--memory", "512m"));
    var thread = new Thread(sink);
    thread.start();
    await().until(this::parquetFiles, files -> files.size() == 1);
    await().until(() -> err.toString().contains("\nparquet: "));
    assertThat(sink.isDone()).isFalse();
    thread.interrupt();
    assertThat(sink.get()).isEqualTo(130);
    assertThat(err.toString()).startsWith("Loading loaded.a into parquet\nparquet: ");

    List<Path> files = parquetFiles();
    assertThat(millrace("files", file.toString())).isEqualTo(0);
    assertThat(out.toString().lines().map(Path::of)).containsExactlyElementsOf(files);
    assertThat(millrace("status", file.toString())).isEqualTo(0);
    assertThat(out.toString()).contains("published", "1 of 1");
  }

  private List<Path> parquetFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(".parquet")).toList();
    }
  }

  /**
   * A batch of two rows (the second all NULL), its end, a record of somebody else, and an attempt
   * given up.
   */
  private static int produce(String pipeline) throws Exception {
    var stream = new StreamId(pipeline, "a");
    var unit = new Unit(stream, RunId.SNAPSHOT, PlanId.after(0, NOW, "aaa"), "p0");
    var reading = new Reading(unit, 1, new Bounds.Everything(), new Attempt(1, "n1", NOW));
    String schema = SchemaFingerprint.of(SCHEMA);
    byte[] value = value();
    var checksum = new AttemptChecksum();
    checksum.add(AttemptChecksum.of(ByteBuffer.wrap(value)));
    Map<String, Object> servers = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (var admin = Admin.create(servers)) {
      admin.createTopics(List.of(new NewTopic(stream.topic(), 1, (short) 1))).all().get();
    }
    try (var producer = TestProducer.of(servers)) {
      send(producer, reading, new BatchHeader.Data(reading, 0, schema, 2), value);
      send(
          producer,
          reading,
          new BatchHeader.PartitionEnd(reading, 1, schema, 2, checksum.value()),
          new ArrowCodec().encode(SCHEMA));
      producer.send(new ProducerRecord<>(stream.topic(), 0, null, new byte[] {1})).get();
      var again = new Reading(unit, 1, new Bounds.Everything(), new Attempt(2, "n2", NOW));
      send(
          producer,
          again,
          new BatchHeader.PartitionFailed(again, 0, schema, "permission denied for table a"),
          new ArrowCodec().encode(SCHEMA));
    }
    return value.length;
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, Reading reading, BatchHeader header, byte[] value)
      throws Exception {
    var record =
        new ProducerRecord<>(
            reading.unit().stream().topic(), 0, reading.recordKey().getBytes(UTF_8), value);
    HeaderCodec.encode(header).forEach((k, v) -> record.headers().add(k, v.getBytes(UTF_8)));
    producer.send(record).get();
  }

  private static byte[] value() {
    long micros = NOW.getEpochSecond() * 1_000_000;
    try (var allocator = new RootAllocator();
        var batch = VectorSchemaRoot.create(SCHEMA, allocator)) {
      batch.allocateNew();
      ((VarCharVector) batch.getVector("text"))
          .setSafe(0, "a very long text that goes on\nand on and on".getBytes(UTF_8));
      ((DecimalVector) batch.getVector("amount")).setSafe(0, new BigDecimal("1.50"));
      ((DateDayVector) batch.getVector("day")).setSafe(0, (int) (micros / 86_400_000_000L));
      ((TimeMicroVector) batch.getVector("at")).setSafe(0, 36_000_000_001L);
      ((TimeStampMicroTZVector) batch.getVector("stamp")).setSafe(0, micros);
      ((TimeStampMicroVector) batch.getVector("naive")).setSafe(0, micros);
      ((FixedSizeBinaryVector) batch.getVector("id"))
          .setSafe(0, new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2});
      ((VarBinaryVector) batch.getVector("raw"))
          .setSafe(0, new byte[] {(byte) 0xc0, (byte) 0xff, (byte) 0xee});
      batch.setRowCount(2);
      return new ArrowCodec().encode(batch);
    }
  }

  private int millrace(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var surroundings =
        new Surroundings(
            folder,
            System.getenv(),
            TYPES,
            InstantSource.system(),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return Main.run(surroundings, args);
  }
}
