package io.millrace.runtime.cli;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.TestProducer;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.References;
import io.millrace.runtime.config.SampleTypes;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.config.StageTypes;
import io.millrace.runtime.connect.KafkaCluster;
import io.millrace.runtime.run.PipelineSinks;
import io.millrace.runtime.sink.SinkEvents;
import io.millrace.runtime.sink.TestAttempt;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** {@code replay} with a real Kafka, attempts that no source has sent, and files. */
class ReplayIT {
  private static final StageTypes TYPES =
      new StageTypes(
          SampleTypes.ALL.sources(),
          StageTypes.installed().transforms(),
          StageTypes.installed().sinks());
  private static final long MADE = 1_795_000_000_000L;
  private static final int ROWS = 300;
  private static final RunId A = new RunId("a");
  private static final RunId B = new RunId("b");

  @TempDir private static Path servers;
  private static EmbeddedKafka kafka;

  @TempDir private Path folder;
  private final BufferAllocator allocator = new RootAllocator();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private KafkaProducer<byte[], byte[]> producer;
  private StreamId stream;
  private Path file;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.start(servers.resolve("kafka"));
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void createTopic(TestInfo test) throws Exception {
    String pipeline = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    stream = new StreamId(pipeline, "rides");
    file = folder.resolve("a.yaml");
    write("");
    try (var admin = Admin.create(client())) {
      admin.createTopics(List.of(new NewTopic(stream.topic(), 2, (short) 1))).all().get();
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

  /** The pipeline's file; {@code transforms} are its lines. */
  private void write(String transforms) throws IOException {
    Files.writeString(
        file,
        """
        name: %s
        source: {type: table, tables: rides}
        %ssinks: [{type: parquet, name: lake}]
        kafka: {bootstrap.servers: '%s', topic: {partitions: 2}}
        connect: {url: 'http://nowhere'}
        """
            .formatted(stream.pipeline(), transforms, kafka.bootstrapServers()));
  }

  private static PlanId id(int plan) {
    return new PlanId(MADE + plan, "p");
  }

  private PlannedRun plan(RunId run, int plan) {
    return new PlannedRun(stream, run, id(plan));
  }

  private TestAttempt attempt(PlannedRun plan, int size, int part, long from) {
    return TestAttempt.of(
        allocator,
        plan.unit("part-" + part),
        size,
        "n" + part,
        LongStream.range(from, from + ROWS),
        100,
        part % 2);
  }

  /** Sends a plan of two Partitions; gives its records' places. */
  private List<RecordMetadata> send(PlannedRun plan) throws Exception {
    var sent = new ArrayList<RecordMetadata>();
    for (int part = 0; part < 2; part++) {
      sent.addAll(send(attempt(plan, 2, part, part * 10_000L).records()));
    }
    return sent;
  }

  private List<RecordMetadata> send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    var sent = new ArrayList<RecordMetadata>();
    for (var record : records) {
      sent.add(producer.send(record).get());
    }
    return sent;
  }

  private Pipeline pipeline() {
    return new PipelineFile(TYPES, References.everywhere(System.getenv())).read(file);
  }

  private static String cluster(Pipeline read) {
    try (KafkaCluster opened = KafkaCluster.open(read.kafka())) {
      return opened.id();
    }
  }

  /** The pipeline's own sink at work. */
  private PipelineSinks sinks() {
    Pipeline read = pipeline();
    return PipelineSinks.start(
        read,
        cluster(read),
        folder,
        folder.resolve("scratch"),
        InstantSource.system(),
        spec -> SinkEvents.NONE);
  }

  private void loadLive(PlannedRun... plans) {
    try (PipelineSinks sinks = sinks()) {
      for (PlannedRun plan : plans) {
        awaitHead(plan);
      }
      assertThat(sinks.failure()).isEmpty();
    }
  }

  private void awaitHead(PlannedRun plan) {
    await()
        .atMost(PATIENCE)
        .until(() -> published(plan.run()).equals(Optional.of(plan.plan().toString())));
  }

  private Optional<String> published(RunId run) {
    return look().published(stream, run).map(head -> head.plan().plan().toString());
  }

  private LedgerView look() {
    return spec().look(context(""));
  }

  private SinkSpec<?> spec() {
    return pipeline().sinks().get(0);
  }

  private SinkContext context(String cluster) {
    return new SinkContext(
        stream.pipeline(),
        "lake",
        SinkContext.SNAPSHOT,
        cluster,
        folder,
        new Nonces(new Random(7)),
        InstantSource.system());
  }

  private int replay(String... args) {
    var all = new ArrayList<>(List.of("replay", file.toString()));
    all.addAll(List.of(args));
    return millrace(all);
  }

  private int millrace(List<String> args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return millrace(args, out, err);
  }

  private int millrace(List<String> args, StringWriter said, StringWriter complained) {
    var surroundings =
        new Surroundings(
            folder,
            System.getenv(),
            TYPES,
            InstantSource.system(),
            new PrintWriter(said, true),
            new PrintWriter(complained, true));
    return Main.run(surroundings, args.toArray(String[]::new));
  }

  private List<Path> files(RunId run) {
    LedgerView ledger = look();
    RunHead head = ledger.published(stream, run).orElseThrow();
    return ledger.files(head).stream().map(Path::of).toList();
  }

  /** What a reader of a run's files finds in a column, in order. */
  private List<Long> values(RunId run, String column) throws SQLException {
    var names = files(run).stream().map(path -> "'" + path + "'").toList();
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select %s from read_parquet(%s) order by 1".formatted(column, names))) {
      var values = new ArrayList<Long>();
      while (rows.next()) {
        values.add(rows.getLong(1));
      }
      return values;
    }
  }

  private static List<Long> both() {
    return LongStream.concat(LongStream.range(0, ROWS), LongStream.range(10_000, 10_000 + ROWS))
        .boxed()
        .toList();
  }

  @Test
  void aRunIsReplacedByWhatItsNewTransformsMakeOfIt() throws Exception {
    send(plan(A, 1));
    send(plan(B, 2));
    loadLive(plan(A, 1), plan(B, 2));
    List<Path> old = files(A);
    List<Path> others = files(B);
    write(
        """
        transforms:
        - {type: rename, columns: {id: ride}}
        - {type: add, columns: {plan: {from: plan}}}
        """);

    assertThat(replay("--run", "a", "--dry-run")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("would replay", "/a/" + id(1), "8 records");
    assertThat(look().unfinishedReplays()).isEmpty();
    assertThat(replay("--run", "aa")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown run \"aa\": known are a, b");

    assertThat(replay("--run", "a")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("run a, 600 rows in 2 partitions, plan %1$s -> %1$s.r1".formatted(id(1)))
        .contains("lake: 2 units loaded, 0 were there");
    assertThat(values(A, "ride")).isEqualTo(both());
    assertThat(values(A, "count(*) filter (plan = '%s')".formatted(id(1)))).containsExactly(600L);
    assertThat(old).allSatisfy(path -> assertThat(path).doesNotExist());
    assertThat(files(B)).isEqualTo(others);
    assertThat(values(B, "id")).isEqualTo(both());
    assertThat(look().unfinishedReplays()).isEmpty();

    write("");
    assertThat(replay("--run", "a")).as(err.toString()).isZero();
    assertThat(values(A, "id")).isEqualTo(both());
    assertThat(published(A)).hasValue(id(1).replayed(2).toString());
  }

  @Test
  void timeOffsetsAndEverythingSelectPlans() throws Exception {
    send(plan(A, 1));
    send(plan(B, 2_000));
    RecordMetadata newer = send(plan(A, 3_000)).get(0);

    assertThat(replay("--all")).as(err.toString()).isZero();
    assertThat(published(A)).hasValue(id(3_000).replayed(1).toString());
    assertThat(published(B)).hasValue(id(2_000).replayed(1).toString());
    assertThat(out.toString().lines().filter(line -> line.contains("run a"))).hasSize(1);

    String from = Instant.ofEpochMilli(MADE + 2_000).toString();
    String to = Instant.ofEpochMilli(MADE + 3_000).toString();
    assertThat(replay("--from", from, "--to", to)).as(err.toString()).isZero();
    assertThat(published(A)).hasValue(id(3_000).replayed(1).toString());
    assertThat(published(B)).hasValue(id(2_000).replayed(2).toString());

    String at = "%s-0:%d..%d".formatted(stream.topic(), newer.offset(), newer.offset() + 1);
    assertThat(replay("--offsets", at)).as(err.toString()).isZero();
    assertThat(published(A)).hasValue(id(3_000).replayed(3).toString());
    assertThat(published(B)).hasValue(id(2_000).replayed(2).toString());
    assertThat(values(A, "id")).isEqualTo(both());
    assertThat(values(B, "id")).isEqualTo(both());
  }

  @Test
  void anEmptyTargetBecomesEqual() throws Exception {
    send(plan(A, 1));
    send(plan(B, 2));
    loadLive(plan(A, 1), plan(B, 2));
    List<Path> old = files(A);

    assertThat(replay("--all", "--into", "copy/{stream}/{run}/")).as(err.toString()).isZero();
    assertThat(replay("--all", "--into", "other/{stream}/{run}/")).as(err.toString()).isZero();

    assertThat(pages("copy")).isEqualTo(pages("lake")).hasSize(4);
    assertThat(contents("copy", bytes -> bytes.length))
        .isEqualTo(contents("other", bytes -> bytes.length));
    assertThat(files(A)).isEqualTo(old);
    assertThat(look().unfinishedReplays()).isEmpty();
  }

  /** All bytes of the visible files but those of their footers, which name the plan. */
  private Map<String, String> pages(String lake) throws IOException {
    return contents(
        lake,
        bytes -> {
          var tail = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
          return bytes.length - 8 - tail.getInt(bytes.length - 8);
        });
  }

  /** The first bytes of all visible files, by folder and Partition. */
  private Map<String, String> contents(String name, ToIntFunction<byte[]> length)
      throws IOException {
    var contents = new TreeMap<String, String>();
    Path lake = folder.resolve(name);
    try (var files = Files.walk(lake)) {
      for (Path path : files.filter(p -> p.toString().endsWith(".parquet")).toList()) {
        String file = path.getFileName().toString().substring(0, "part-0".length());
        byte[] bytes = Files.readAllBytes(path);
        contents.put(
            lake.relativize(path.getParent()) + "/" + file,
            HexFormat.of().formatHex(bytes, 0, length.applyAsInt(bytes)));
      }
    }
    return contents;
  }

  /** As when TopicPartitions are added while a unit is sent: no lane has all of it. */
  @Test
  void aSplitUnitIsReplayedIntoAnEmptyTarget() throws Exception {
    Files.writeString(
        file, Files.readString(file).replace("name: lake}", "name: lake, park_after: 2s}"));
    send(plan(B, 1));
    send(attempt(plan(A, 2), 2, 0, 0).records());
    List<ProducerRecord<byte[], byte[]>> split = attempt(plan(A, 2), 2, 1, 10_000).records();
    send(split.subList(0, 2));
    send(split.subList(2, split.size()).stream().map(ReplayIT::moved).toList());
    send(plan(B, 3));
    loadLive(plan(A, 2), plan(B, 3));

    assertThat(replay("--all", "--into", "copy/{stream}/{run}/")).as(err.toString()).isZero();
    assertThat(replay("--run", "a", "--dry-run")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("reading 8 records", "rides-0:4..", "rides-1:4..");
    assertThat(replay("--run", "a", "--into", "other/{stream}/{run}/")).as(err.toString()).isZero();

    Map<String, String> live = pages("lake");
    assertThat(pages("copy")).isEqualTo(live).hasSize(4);
    assertThat(live).containsAllEntriesOf(pages("other"));
    assertThat(pages("other")).hasSize(2);
    assertThat(values(A, "id")).isEqualTo(both());
  }

  private static ProducerRecord<byte[], byte[]> moved(ProducerRecord<byte[], byte[]> record) {
    return new ProducerRecord<>(
        record.topic(),
        1 - record.partition(),
        null,
        record.key(),
        record.value(),
        record.headers());
  }

  @Test
  void aLostTargetAndAnAddedSinkAreLoadedFromTheStart() throws Exception {
    send(plan(A, 1));
    send(plan(B, 2));
    loadLive(plan(A, 1), plan(B, 2));
    Files.move(folder.resolve("lake"), folder.resolve("lost"));
    send(plan(A, 3));
    loadLive(plan(A, 3), plan(B, 2));
    assertThat(published(B)).as("a new ledger begins with the log").hasValue(id(2).toString());

    assertThat(replay("--all")).as(err.toString()).isZero();
    assertThat(published(A)).hasValue(id(3).replayed(1).toString());
    assertThat(published(B)).hasValue(id(2).replayed(1).toString());

    String added = "- {type: parquet, name: more, path: 'more/{stream}/{run}/', compression: gzip}";
    Files.writeString(
        file,
        Files.readString(file)
            .replace("[{type: parquet, name: lake}]", "\n- {type: parquet, name: lake}\n" + added));
    assertThat(replay("--all", "--into", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("Which sink shall write into x?");
    assertThat(replay("--all", "--sink", "more")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("run a, 600 rows", "run b, 600 rows");
    assertThat(contents("more", bytes -> bytes.length)).hasSize(4);
  }

  @Test
  void twoProcessesShareOneReplay() throws Exception {
    for (int plan = 1; plan <= 6; plan++) {
      send(plan(new RunId("run-" + plan), plan));
    }
    var args = List.of("replay", file.toString(), "--all");
    var other =
        CompletableFuture.supplyAsync(() -> millrace(args, new StringWriter(), new StringWriter()));

    assertThat(millrace(args)).as(err.toString()).isZero();
    assertThat(other.get()).isZero();

    for (int plan = 1; plan <= 6; plan++) {
      var run = new RunId("run-" + plan);
      assertThat(values(run, "id")).isEqualTo(both());
    }
    try (var visible = Files.walk(folder.resolve("lake"))) {
      assertThat(visible.filter(path -> path.toString().endsWith(".parquet"))).hasSize(12);
    }
  }

  @Test
  void aPlanThatIsShortIsCompletedUnderItsOwnName() throws Exception {
    send(plan(A, 1));
    try (Sink sink = spec().open(context(cluster(pipeline())))) {
      Ledger ledger = sink.ledger();
      ledger.open(new OpenPlan(plan(A, 1), 2));
    }

    assertThat(replay("--run", "a")).as(err.toString()).isZero();

    assertThat(published(A)).hasValue(id(1).toString());
    assertThat(values(A, "id")).isEqualTo(both());
    assertThat(look().openPlans()).isEmpty();
  }

  @Test
  void aGapIsNamedAndMayBeAccepted() throws Exception {
    List<RecordMetadata> sent = send(plan(A, 1));
    loadLive(plan(A, 1));
    List<Path> old = files(A);
    deleteBefore(sent.get(1));

    assertThat(replay("--run", "a")).isEqualTo(1);
    assertThat(err.toString())
        .contains("Run a of rides is short of 1 of its 2 partitions")
        .contains("readers still see " + id(1))
        .contains("part-0: Batch 0 of the 3 of", "between offset 1, where the log begins, and 3");
    assertThat(files(A)).isEqualTo(old);
    assertThat(look().unfinishedReplays()).hasSize(1);
    assertThat(millrace(List.of("status", file.toString()))).isZero();
    assertThat(out.toString()).contains("lake: replay 1 of ", " is not finished: ");

    assertThat(replay("--run", "a", "--accept-gap")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("300 rows in 2 partitions, 1 of them given up");
    assertThat(values(A, "id")).isEqualTo(LongStream.range(10_000, 10_000 + ROWS).boxed().toList());
    RunHead head = look().head(stream, A).orElseThrow();
    assertThat(head.abandonedUnits()).isEqualTo(1);
    assertThat(look().marker(head.plan().unit("part-0")).orElseThrow().abandoned())
        .startsWith("accepted gap: Batch 0 of the 3 of");
    assertThat(look().unfinishedReplays()).isEmpty();

    deleteBefore(producer.send(sent(0)).get());
    deleteBefore(producer.send(sent(1)).get());
    assertThat(replay("--run", "a", "--accept-gap")).isEqualTo(1);
    assertThat(err.toString())
        .contains("Run a of rides is short of 2 of its 2 partitions")
        .contains("part-1: the log has no record of it: %s-0 begins at".formatted(stream))
        .doesNotContain("--accept-gap");
    assertThat(look().head(stream, A)).hasValue(head);
  }

  private ProducerRecord<byte[], byte[]> sent(int lane) {
    return new ProducerRecord<>(stream.topic(), lane, null, new byte[1]);
  }

  private static void deleteBefore(RecordMetadata record) throws Exception {
    var lane = new TopicPartition(record.topic(), record.partition());
    try (var admin = Admin.create(client())) {
      admin.deleteRecords(Map.of(lane, RecordsToDelete.beforeOffset(record.offset()))).all().get();
    }
  }

  @Test
  void whatCannotBeIsRefused() throws Exception {
    assertThat(replay("--run", "a")).isEqualTo(2);
    assertThat(err.toString()).contains("There is no run \"a\"");
    assertThat(replay("--all")).isEqualTo(1);
    assertThat(err.toString()).contains("nothing was selected");
    assertThat(replay()).isEqualTo(2);
    assertThat(replay("--all", "--run", "a")).isEqualTo(2);
    assertThat(replay("--all", "--stream", "rids")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown stream \"rids\"", "rides");
    assertThat(replay("--offsets", "rides")).isEqualTo(2);
    assertThat(replay("--from", "2026-11-21", "--to", "2026-11-20")).isEqualTo(2);
    Files.writeString(file, Files.readString(file).replace("tables: rides", "tables: zones"));
    assertThat(replay("--all")).isEqualTo(1);
    assertThat(err.toString())
        .contains("There is no topic \"%s.zones\"".formatted(stream.pipeline()));
    Files.writeString(file, Files.readString(file).replaceAll("(?m)^kafka:.*\n", ""));
    assertThat(replay("--all")).isEqualTo(2);
    assertThat(err.toString()).contains("Cannot tell which Kafka cluster");
  }
}
