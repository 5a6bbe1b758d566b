package io.millrace.benchmarks.driven;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.copy.CopyMessages;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.JavaNio;
import io.millrace.sinks.parquet.ArrowParquetWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.parquet.io.LocalOutputFile;
import org.postgresql.PGConnection;

/**
 * What lies between reader and writer: the product's decoders of COPY and its writer of Parquet in
 * one JVM, vectors handed from one to the other, or every batch through Kafka in between, by codec.
 * Usage: {@code AcrossLog URL USER TABLE CONNECTIONS [BOOTSTRAP CODEC]}; a pass's line is the
 * folder for its files and the topic, which has as many partitions; its number is the bytes of the
 * records' values.
 */
public final class AcrossLog {
  /** A batch of the product has about as many bytes in vectors. */
  private static final long HANDED_OVER = 4L << 20;

  private static final byte[] END = {};

  private final PostgresServer server;
  private final String table;
  private final int connections;
  private final Optional<Log> log;

  /** Kafka, and what is done to records on their way there. */
  private record Log(String bootstrap, RecordCodec codec) {
    /** As a source's connector sets it. */
    KafkaProducer<byte[], byte[]> producer() {
      return new KafkaProducer<>(
          Map.of(
              "bootstrap.servers",
              bootstrap,
              "max.in.flight.requests.per.connection",
              1,
              "compression.type",
              codec.producers(),
              "batch.size",
              900 << 10,
              "max.request.size",
              2 << 20,
              "buffer.memory",
              16L << 20),
          new ByteArraySerializer(),
          new ByteArraySerializer());
    }

    KafkaConsumer<byte[], byte[]> consumer() {
      return new KafkaConsumer<>(
          Map.of(
              "bootstrap.servers", bootstrap,
              "auto.offset.reset", "earliest",
              "enable.auto.commit", "false"),
          new ByteArrayDeserializer(),
          new ByteArrayDeserializer());
    }
  }

  private AcrossLog(PostgresServer server, String table, int connections, Optional<Log> log) {
    this.server = server;
    this.table = table;
    this.connections = connections;
    this.log = log;
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    JavaNio.open();
    var login = new Properties();
    login.setProperty("user", args[1]);
    var program =
        new AcrossLog(
            PostgresServer.at(args[0], login),
            args[2],
            Integer.parseInt(args[3]),
            args.length == 4
                ? Optional.empty()
                : Optional.of(new Log(args[4], RecordCodec.valueOf(args[5]))));
    Passes.serve(
        line -> {
          int topic = line.lastIndexOf(' ');
          return program.pass(Path.of(line.substring(0, topic)), line.substring(topic + 1));
        });
  }

  private long pass(Path folder, String topic) throws Exception {
    Files.createDirectories(folder);
    List<String> shares;
    Table rows;
    try (Connection connection = server.connect("benchmark")) {
      shares = Passes.shares(connection, table, connections);
      rows = new Catalog(connection).table(TableName.parse("public." + table));
    }
    var parts = new ArrayList<Callable<Long>>();
    for (int i = 0; i < connections; i++) {
      String share = shares.get(i);
      Path file = folder.resolve("part-%d.parquet".formatted(i));
      var partition = new TopicPartition(topic, i);
      if (log.isEmpty()) {
        parts.add(() -> handOver(rows, share, file));
      } else {
        parts.add(() -> send(rows, share, log.get(), partition));
        parts.add(() -> load(rows, log.get(), partition, file));
      }
    }
    return Passes.together(parts);
  }

  /** Reads and writes in one thread. */
  private long handOver(Table rows, String share, Path file) throws Exception {
    try (var allocator = new RootAllocator();
        var decoder = new RowDecoder(rows, allocator);
        var writer = writer(file, decoder.schema())) {
      read(
          decoder,
          share,
          new BatchCarrier() {
            @Override
            public boolean isFull(int count, long bytes) {
              return bytes >= HANDED_OVER;
            }

            @Override
            public void take(VectorSchemaRoot batch, long bytes) throws IOException {
              writer.append(batch);
            }
          });
      writer.finish();
      return 0;
    }
  }

  private long send(Table rows, String share, Log to, TopicPartition partition) throws Exception {
    try (var allocator = new RootAllocator();
        var decoder = new RowDecoder(rows, allocator);
        var producer = to.producer()) {
      var sent = new ArrayList<Future<RecordMetadata>>();
      var bytes = new long[1];
      BatchCarrier records =
          to.codec()
              .to(
                  (value, count) -> {
                    bytes[0] += value.length;
                    sent.add(producer.send(record(partition, value)));
                  });
      read(decoder, share, records);
      sent.add(producer.send(record(partition, END)));
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
      return bytes[0];
    }
  }

  private static ProducerRecord<byte[], byte[]> record(TopicPartition partition, byte[] value) {
    return new ProducerRecord<>(partition.topic(), partition.partition(), /* key= */ null, value);
  }

  private void read(RowDecoder decoder, String share, BatchCarrier carrier) throws Exception {
    try (Connection connection = server.connect("benchmark")) {
      CopyMessages messages =
          CopyMessages.of(
              connection.unwrap(PGConnection.class).getCopyAPI().copyOut(decoder.command(share)));
      decoder.begin();
      int at = RowDecoder.HEADER;
      byte[] message = messages.next();
      while (message.length > at + Short.BYTES) { // the trailer has no fields
        if (decoder.add(message, at) && carrier.isFull(decoder.rows(), decoder.bytes())) {
          carry(decoder, carrier);
        }
        message = messages.next();
        at = 0;
      }
      carry(decoder, carrier);
    }
  }

  private static void carry(RowDecoder decoder, BatchCarrier carrier) throws Exception {
    VectorSchemaRoot batch = decoder.batch();
    if (batch.getRowCount() > 0) {
      carrier.take(batch, decoder.bytes());
    }
    decoder.begin();
  }

  private static long load(Table rows, Log from, TopicPartition partition, Path file)
      throws Exception {
    try (var allocator = new RootAllocator();
        var consumer = from.consumer();
        var writer = writer(file, ColumnType.schema(rows, Unrepresentable.ERROR))) {
      consumer.assign(List.of(partition));
      boolean ended = false;
      while (!ended) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          if (record.value().length == END.length) {
            ended = true;
          } else {
            try (VectorSchemaRoot batch =
                ArrowCodec.decode(ByteBuffer.wrap(record.value()), allocator)) {
              writer.append(batch);
            }
          }
        }
      }
      writer.finish();
      return 0;
    }
  }

  private static ArrowParquetWriter writer(Path file, Schema schema) throws IOException {
    return new ArrowParquetWriter(new LocalOutputFile(file), schema, WithoutLog.OPTIONS, Map.of());
  }
}
