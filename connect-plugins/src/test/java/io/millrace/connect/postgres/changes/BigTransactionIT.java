package io.millrace.connect.postgres.changes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.postgres.snapshot.ConnectRest;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.core.wire.ChangeHeaderCodec;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One transaction that is far larger than the memory of the worker that reads it. */
class BigTransactionIT {
  private static final String TYPE =
      "io.millrace.connect.postgres.changes.PostgresChangesConnector";
  private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final String TOPIC = "app.big.changes";
  private static final int TOPIC_PARTITIONS = 4;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** No more than the records of a million rows, whose noise cannot be compressed. */
  private static final String HEAP = "96m";

  private static final long MOST_MEMORY = 512L << 20;

  private EmbeddedPostgres postgres;
  private EmbeddedKafka kafka;
  private WorkerProcess worker;
  private ConnectRest rest;
  private Connection sql;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"));
    worker = WorkerProcess.start(folder.resolve("worker.log"), kafka.bootstrapServers(), HEAP);
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"), Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    execute("CREATE TABLE big (id int PRIMARY KEY, price numeric(12, 2), noise bytea)");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, TOPIC_PARTITIONS, (short) 1))).all().get();
    }
  }

  @AfterEach
  void stop() throws SQLException {
    worker.close();
    sql.close();
    kafka.close();
    postgres.close();
  }

  private void execute(String statement) throws SQLException {
    try (Statement each = sql.createStatement()) {
      each.execute(statement);
    }
  }

  private String one(String query) throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private void deploy() {
    await().atMost(LIMIT).until(() -> worker.url().isPresent() || !worker.isRunning());
    rest = new ConnectRest(worker.url().orElseThrow(() -> new AssertionError(worker.log())));
    rest.put(
        "app",
        Map.of(
            "connector.class",
            TYPE,
            "key.converter",
            BYTES,
            "value.converter",
            BYTES,
            "millrace.pipeline",
            "app",
            "mode",
            "changes",
            "url",
            postgres.jdbcUrl(),
            "user",
            postgres.user(),
            "table",
            "public.big"));
    String reading = "SELECT count(*) FROM pg_replication_slots WHERE active";
    await().atMost(LIMIT).until(() -> one(reading).equals("1"));
  }

  private void readAll(int rows) throws Exception {
    deploy();
    long begun = System.nanoTime();
    execute(
        "INSERT INTO big SELECT n, n * 0.25, sha512(int4send(n)) FROM generate_series(1, %d) n"
            .formatted(rows));
    long committed = System.nanoTime();
    var inserts = new Inserts();
    readUntil(inserts, rows);
    long read = System.nanoTime();
    System.out.printf(
        "%,d rows in one transaction: committed after %.1f s, read after %.1f s more, %d MiB at"
            + " most%n",
        rows, (committed - begun) / 1e9, (read - committed) / 1e9, worker.peakBytes() >> 20);
    assertThat(inserts.seen.length()).as("the last one's index, and one").isEqualTo(rows);
    assertThat(worker.peakBytes()).as("resident memory of the worker").isLessThan(MOST_MEMORY);
  }

  private void readUntil(Inserts inserts, int rows) {
    var bytes = new ByteArrayDeserializer();
    Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (var consumer = new KafkaConsumer<>(config, bytes, bytes);
        BufferAllocator allocator = new RootAllocator()) {
      List<TopicPartition> all =
          IntStream.range(0, TOPIC_PARTITIONS).mapToObj(n -> new TopicPartition(TOPIC, n)).toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      long end = System.nanoTime() + LIMIT.toNanos();
      while (inserts.seen.cardinality() < rows) {
        assertThat(System.nanoTime()).as("%d rows", inserts.seen.cardinality()).isLessThan(end);
        assertThat(worker.isRunning()).as(worker.log()).isTrue();
        var records = consumer.poll(Duration.ofMillis(200));
        if (records.isEmpty()) {
          assertThat(rest.status("app").toString()).doesNotContain("FAILED");
        }
        for (var record : records) {
          inserts.take(record, allocator);
        }
      }
    }
  }

  /** What was seen of a transaction that inserts rows 1, 2, 3, ... in this order. */
  private static final class Inserts {
    private final Map<Bucket, Position> reached = new HashMap<>();
    private final BitSet seen = new BitSet();

    void take(ConsumerRecord<byte[], byte[]> record, BufferAllocator allocator) {
      var texts = new HashMap<String, String>();
      record
          .headers()
          .forEach(header -> texts.put(header.key(), new String(header.value(), UTF_8)));
      ChangeHeader header = ChangeHeaderCodec.decode(texts);
      assertThat(header.after())
          .as("a gap before %s", header)
          .isLessThanOrEqualTo(reached.getOrDefault(header.bucket(), Position.START));
      reached.put(header.bucket(), header.last());
      try (VectorSchemaRoot root = ArrowCodec.decode(ByteBuffer.wrap(record.value()), allocator)) {
        var id = (IntVector) root.getVector("id");
        var index = (BigIntVector) root.getVector("_seq");
        for (int row = 0; row < root.getRowCount(); row++) {
          assertThat((long) id.get(row)).isEqualTo(index.get(row) + 1);
          seen.set((int) index.get(row));
        }
      }
    }
  }

  @Test
  void aMillionRowsPassThroughAWorkerOfLittleMemory() throws Exception {
    readAll(1_000_000);
  }

  @Test
  @Tag("soak")
  void tenMillionRowsPassThroughAWorkerOfLittleMemory() throws Exception {
    readAll(10_000_000);
  }
}
