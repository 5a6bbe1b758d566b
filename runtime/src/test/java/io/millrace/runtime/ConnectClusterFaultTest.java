package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.wire.HeaderCodec;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.SampleTrips;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.References;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.config.StageTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A Connect cluster of two workers, a broker and a sink, each a process of its own: what is killed
 * while rows move costs no row and doubles none. The table is changed in the middle of each
 * reading, so that rows of two snapshots in one run would show.
 */
@Timeout(180)
class ConnectClusterFaultTest {
  private static final long ROWS = 400_000;
  private static final int PARTITIONS = 24;
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final StreamId STREAM = new StreamId("trips", "trips");
  private static final String CONNECTOR = "millrace.trips";

  /** Of each task's producer: a plan takes more than a minute then, but for a first burst. */
  private static final double SLOW = 40_000;

  private static EmbeddedPostgres postgres;
  private static Connection sql;

  @TempDir Path folder;
  private JavaProcess broker;
  private String bootstrapServers;
  private Pipeline pipeline;
  private MillraceProcess sink;
  private final List<ConnectWorker> workers = new ArrayList<>();
  private final List<MillraceProcess> commands = new ArrayList<>();

  @RegisterExtension
  final AfterTestExecutionCallback showLogs =
      context -> context.getExecutionException().ifPresent(e -> printLogs());

  @BeforeAll
  static void startPostgres(@TempDir Path data) throws SQLException {
    postgres = EmbeddedPostgres.start(data, Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    SampleTrips.fill(sql, ROWS);
  }

  @AfterAll
  static void stopPostgres() throws SQLException {
    sql.close();
    postgres.close();
  }

  @BeforeEach
  void startBroker() {
    broker =
        JavaProcess.start(
            folder.resolve("broker.log"),
            List.of(MillraceProcess.HOME.resolve("lib/*")),
            EmbeddedKafka.class.getName(),
            folder.resolve("kafka").toString(),
            "0");
    await("the broker is ready")
        .atMost(LIMIT)
        .failFast("the broker has ended", () -> !broker.running())
        .until(
            () -> {
              bootstrapServers = broker.said(Pattern.compile("bootstrap=(\\S+)"));
              return !bootstrapServers.isEmpty();
            });
  }

  @AfterEach
  void killAll() {
    commands.forEach(MillraceProcess::close);
    workers.forEach(ConnectWorker::close);
    broker.close();
  }

  @ParameterizedTest
  @EnumSource
  void killingAWorkerAndTheSinkLosesNothing(ConnectWorker.Version version) throws Exception {
    startCluster(version);
    TableHash atTheSnapshot = table();
    deploy();

    awaitShare(0.2);
    PlanId plan = newestPlan();
    changeTheTable();
    ConnectWorker victim = theWorkerWithoutTheConnector();
    assertThat(killedMidway(victim::kill)).isTrue();
    startWorker(version, "worker-3");

    awaitShare(0.4);
    assertThat(killedMidway(sink::kill)).isTrue();
    await("a unit is read again").atMost(LIMIT).until(() -> mostAttempts() >= 2);
    limitProducers(null);
    startSink();

    RunHead head = awaitHead();
    assertThat(head.plan().plan()).isEqualTo(plan);
    assertHolds(head, atTheSnapshot);
    assertThat(table()).isNotEqualTo(atTheSnapshot);
  }

  @ParameterizedTest
  @EnumSource
  void losingTheExporterMakesANewPlan(ConnectWorker.Version version) throws Exception {
    startCluster(version);
    deploy();

    awaitShare(0.25);
    PlanId lost = newestPlan();
    changeTheTable();
    TableHash changed = table();
    assertThat(killedMidway(this::terminateTheExporter)).isTrue();
    await("another plan").atMost(LIMIT).until(() -> newestPlan().compareTo(lost) > 0);
    limitProducers(null);

    RunHead head = awaitHead();
    assertThat(head.plan().plan()).isGreaterThan(lost);
    assertThat(head.number()).isZero();
    assertHolds(head, changed);
  }

  @ParameterizedTest
  @EnumSource(names = "CONNECT_4")
  void killingTheConnectorsWorkerMakesANewPlan(ConnectWorker.Version version) throws Exception {
    startCluster(version);
    deploy();

    awaitShare(0.25);
    PlanId lost = newestPlan();
    changeTheTable();
    TableHash changed = table();
    ConnectWorker without = theWorkerWithoutTheConnector();
    ConnectWorker victim = workers.get(workers.get(0) == without ? 1 : 0);
    assertThat(killedMidway(victim::kill)).isTrue();
    await("another plan").atMost(LIMIT).until(() -> newestPlan().compareTo(lost) > 0);
    limitProducers(null);

    RunHead head = awaitHead();
    assertThat(head.plan().plan()).isGreaterThan(lost);
    assertHolds(head, changed);
  }

  private void startCluster(ConnectWorker.Version version) throws Exception {
    limitProducers(SLOW);
    startWorker(version, "worker-1");
    startWorker(version, "worker-2");
    workers.forEach(ConnectWorker::awaitReady);
    Path file = folder.resolve("trips.yaml");
    Files.writeString(
        file,
        """
        name: trips
        source:
          type: postgres
          url: %s
          user: %s
          table: public.trips
          partition: {ranges: %d}
          tasks: 4
          batch_bytes: 64k
        sinks:
          - type: parquet
        kafka:
          bootstrap.servers: %s
          session.timeout.ms: 6000
          heartbeat.interval.ms: 1000
        connect:
          url: %s
        """
            .formatted(
                postgres.jdbcUrl(),
                postgres.user(),
                PARTITIONS,
                bootstrapServers,
                workers.get(0).url()));
    pipeline =
        new PipelineFile(StageTypes.installed(), References.everywhere(Map.of())).read(file);
    startSink();
  }

  private void startWorker(ConnectWorker.Version version, String name) {
    workers.add(ConnectWorker.start(version, folder, name, bootstrapServers, "connect"));
  }

  private void startSink() {
    sink = millrace("sink");
  }

  private void deploy() {
    assertThat(millrace("deploy").await(LIMIT)).isZero();
  }

  private MillraceProcess millrace(String command) {
    MillraceProcess process = MillraceProcess.start(folder, command, "trips.yaml");
    commands.add(process);
    return process;
  }

  /** Kafka's own quota, for each client by itself; null for none. */
  private void limitProducers(Double bytesPerSecond)
      throws ExecutionException, InterruptedException {
    Map<String, String> everyClient = Collections.singletonMap(ClientQuotaEntity.CLIENT_ID, null);
    var limit = new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .alterClientQuotas(
              List.of(
                  new ClientQuotaAlteration(new ClientQuotaEntity(everyClient), List.of(limit))))
          .all()
          .get();
    }
  }

  /** Rows in every Partition: a run that mixes the table before and after would equal neither. */
  private static void changeTheTable() throws SQLException {
    try (Statement statement = sql.createStatement()) {
      int changed =
          statement.executeUpdate(
              "UPDATE public.trips SET vendor_id = vendor_id + 1 WHERE trip_id % 100 = 0");
      assertThat(changed).isEqualTo((int) ROWS / 100);
    }
  }

  private static TableHash table() throws SQLException {
    return TableHash.ofTable(postgres.jdbcUrl(), postgres.user(), SampleTrips.TABLE);
  }

  private void terminateTheExporter() {
    try (Statement statement = sql.createStatement();
        ResultSet terminated =
            statement.executeQuery(
                """
                SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE application_name LIKE 'millrace trips snapshot %'\
                """)) {
      terminated.next();
      assertThat(terminated.getInt(1)).as("exporting sessions").isEqualTo(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private ConnectWorker theWorkerWithoutTheConnector() {
    Map<String, String> places = workers.get(0).places(CONNECTOR);
    String ofTheConnector = places.get("connector");
    ConnectWorker other =
        workers.stream().filter(w -> !w.id().equals(ofTheConnector)).findFirst().orElseThrow();
    assertThat(places).as("it has tasks").containsValue(other.id());
    assertThat(places).as("so has the other").containsEntry("0", places.get("0"));
    return other;
  }

  /** Kills, and says whether the ledger had between 20 and 80 % of the rows before and after. */
  private boolean killedMidway(Runnable kill) {
    double before = share();
    kill.run();
    double after = share();
    System.out.printf("Killed between %.2f and %.2f of the rows%n", before, after);
    return 0.2 <= before && after <= 0.8;
  }

  private void awaitShare(double least) {
    await("%.0f %% of the rows are loaded".formatted(least * 100))
        .atMost(LIMIT)
        .until(() -> share() >= least);
  }

  /** The part of the newest plan's rows that the ledger has markers for. */
  private double share() {
    LedgerView ledger = ledger();
    return newest(ledger)
        .map(open -> ledger.markers(open.plan()).stream().mapToLong(m -> m.staged().rows()).sum())
        .map(rows -> (double) rows / ROWS)
        .orElse(0.0);
  }

  private PlanId newestPlan() {
    return newest(ledger()).orElseThrow().plan().plan();
  }

  private static Optional<OpenPlan> newest(LedgerView ledger) {
    return ledger.openPlans().stream().max(Comparator.comparing(open -> open.plan().plan()));
  }

  private LedgerView ledger() {
    SinkSpec<?> spec = pipeline.sinks().get(0);
    return spec.look(
        new SinkContext(
            pipeline.name(),
            spec.name(),
            "",
            folder,
            new Nonces(new SecureRandom()),
            InstantSource.system()));
  }

  private RunHead awaitHead() {
    return await("the run is published")
        .atMost(LIMIT)
        .failFast("the sink has ended", () -> !sink.running())
        .until(() -> ledger().published(STREAM, RunId.SNAPSHOT), Optional::isPresent)
        .orElseThrow();
  }

  private void assertHolds(RunHead head, TableHash expected) throws SQLException {
    assertThat(head.units()).isEqualTo(PARTITIONS);
    assertThat(head.sourceRows()).isEqualTo(ROWS);
    MillraceProcess command = millrace("files");
    assertThat(command.await(LIMIT)).isZero();
    List<Path> files = command.out().lines().map(Path::of).toList();
    assertThat(
            TableHash.ofFiles(files, postgres.jdbcUrl(), postgres.user(), SampleTrips.TABLE))
        .isEqualTo(expected);
    await("no other file is to be seen")
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(parquetFiles()).containsExactlyInAnyOrderElementsOf(files));
  }

  private List<Path> parquetFiles() throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("lake"))) {
      return all.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  /** Of the unit in the log that was read most often, told by the attempts' nonces. */
  private int mostAttempts() {
    var bytes = new ByteArrayDeserializer();
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers);
    var nonces = new HashMap<Unit, Set<String>>();
    try (var consumer = new KafkaConsumer<>(config, bytes, bytes)) {
      List<TopicPartition> all =
          consumer.partitionsFor(STREAM.topic()).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          var texts = new HashMap<String, String>();
          record
              .headers()
              .forEach(h -> texts.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
          var reading = HeaderCodec.decode(texts).reading();
          nonces
              .computeIfAbsent(reading.unit(), unit -> new HashSet<>())
              .add(reading.attempt().nonce());
        }
      }
    }
    return nonces.values().stream().mapToInt(Set::size).max().orElse(0);
  }

  private void printLogs() {
    System.out.printf("--- %s%n%s%n", broker, broker.log());
    workers.forEach(worker -> System.out.printf("--- %s%n%s%n", worker, worker.log()));
    commands.forEach(c -> System.out.printf("--- millrace%n%s%n%s%n", c.out(), c.err()));
  }
}
