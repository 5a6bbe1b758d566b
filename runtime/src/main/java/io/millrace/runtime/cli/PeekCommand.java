package io.millrace.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.MillraceException;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.HeaderCodec;
import io.millrace.core.wire.Reading;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.References;
import io.millrace.runtime.run.KeptServices;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "peek",
    description = {
      "Look into a topic: what its records say of themselves, and their first rows as a table.",
      "Without --kafka and --file it looks into what millrace run has kept in this folder."
    })
final class PeekCommand implements Callable<Integer> {
  /** A UUID fits. */
  private static final int WIDEST = 36;

  private final Surroundings surroundings;

  @Parameters(paramLabel = "TOPIC", description = "The topic: <pipeline>.<stream>.")
  private String topic;

  @ArgGroup private Cluster cluster = new Cluster();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "5",
      description = "Records to show (${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rows to show of each record (${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--partition",
      paramLabel = "P",
      description = "Only this partition of the topic.")
  private Optional<Integer> partition;

  @Option(
      names = "--offset",
      paramLabel = "O",
      defaultValue = "0",
      description = "The first offset to show of each partition (${DEFAULT-VALUE}).")
  private long offset;

  PeekCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Which Kafka: one of the two at most. */
  private static final class Cluster {
    @Option(
        names = "--kafka",
        paramLabel = "HOST:PORT",
        description = "The Kafka cluster's bootstrap servers.")
    private Optional<String> servers = Optional.empty();

    @Option(names = "--file", paramLabel = "FILE", description = "The pipeline that names it.")
    private Optional<Path> file = Optional.empty();
  }

  @Override
  public Integer call() {
    String pipeline = topic.split("\\.", 2)[0];
    try (var services = KeptServices.of(surroundings.folder(), pipeline);
        var reader = new TopicReader(settings(services), topic);
        var allocator = new RootAllocator()) {
      int left = limit;
      for (int number : reader.partitions()) {
        if (left > 0 && partition.orElse(number) == number) {
          left -= reader.read(number, offset, left, record -> print(record, allocator));
        }
      }
      if (left == limit) {
        surroundings.err().println("There is no record to show");
      }
    }
    return Main.DONE;
  }

  private KafkaSettings settings(KeptServices services) {
    if (cluster.servers.isPresent()) {
      return KafkaSettings.of(cluster.servers.get());
    }
    Optional<KafkaSettings> named =
        cluster.file.map(
            file ->
                new PipelineFile(
                        surroundings.types(), References.butTheSources(surroundings.environment()))
                    .read(file)
                    .kafka());
    return named
        .filter(settings -> settings.bootstrapServers().isPresent())
        .orElseGet(() -> KafkaSettings.of(services.startKafka()));
  }

  private void print(ConsumerRecord<byte[], byte[]> record, BufferAllocator allocator) {
    PrintWriter out = surroundings.out();
    out.printf("%s-%d@%d ", record.topic(), record.partition(), record.offset());
    try {
      BatchHeader header = HeaderCodec.decode(headers(record));
      out.println(describe(header, record.serializedValueSize()));
      if (header instanceof BatchHeader.Data && rows > 0) {
        printRows(record.value(), allocator);
      }
    } catch (MillraceException e) {
      out.println(e.getMessage());
    }
    out.println();
  }

  private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
    var texts = new HashMap<String, String>();
    for (Header header : record.headers()) {
      if (header.value() != null) {
        texts.put(header.key(), new String(header.value(), UTF_8));
      }
    }
    return texts;
  }

  private static String describe(BatchHeader header, int bytes) {
    Reading reading = header.reading();
    return "%s%n  run %s, plan %s of %d partitions, partition %s, attempt %d (%s), schema %s"
        .formatted(
            what(header, bytes),
            reading.unit().run(),
            reading.unit().plan(),
            reading.planSize(),
            reading.unit().partition(),
            reading.attempt().number(),
            reading.attempt().nonce(),
            header.schema());
  }

  private static String what(BatchHeader header, int bytes) {
    if (header instanceof BatchHeader.Data data) {
      return "batch %d, %,d rows, %,d bytes".formatted(data.sequence(), data.rows(), bytes);
    } else if (header instanceof BatchHeader.PartitionFailed failed) {
      return "given up after %d batches: %s".formatted(failed.sequence(), failed.reason());
    }
    return "end after %d batches, %,d rows by the source's count"
        .formatted(header.sequence(), header.rows());
  }

  private void printRows(byte[] value, BufferAllocator allocator) {
    try (VectorSchemaRoot batch = ArrowCodec.decode(ByteBuffer.wrap(value), allocator)) {
      var table =
          new TextTable(
              batch.getFieldVectors().stream().map(vector -> cut(vector.getName())).toList());
      for (int row = 0; row < Math.min(rows, batch.getRowCount()); row++) {
        int shown = row;
        table.row(batch.getFieldVectors().stream().map(vector -> cell(vector, shown)).toList());
      }
      table.print(surroundings.out());
    }
  }

  private static String cell(FieldVector vector, int row) {
    return cut(CellText.of(vector, row).replaceAll("\\p{Cntrl}", " "));
  }

  private static String cut(String text) {
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 3) + "...";
  }
}
