package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.References;
import io.millrace.runtime.run.KeptServices;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "peek",
    description = {
      "Look into a topic: what its records say of themselves, and their first rows as a table; of"
          + " <pipeline>.dead-letters which records no sink could use, and why.",
      "Without --kafka and --file it looks into what millrace run has kept in this folder."
    })
final class PeekCommand implements Callable<Integer> {
  /** A UUID fits. */
  private static final int WIDEST = 36;

  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "TOPIC",
      description =
          "The topic: <pipeline>.<stream>, <pipeline>.<stream>.changes or"
              + " <pipeline>.dead-letters.")
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

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Write the value of the first record shown into a file, as it is.")
  private Optional<Path> save;

  @Option(
      names = "--all",
      description = "Of dead letters: also those that are of the same record as a newer one.")
  private boolean all;

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
      int shown =
          StreamId.isDeadLetters(topic) ? showLetters(reader) : showRecords(reader, allocator);
      if (shown == 0) {
        surroundings.err().println("There is no record to show");
      }
    }
    return Main.DONE;
  }

  private int showRecords(TopicReader reader, BufferAllocator allocator) {
    int left = limit;
    for (int number : partitions(reader)) {
      if (left > 0) {
        left -= reader.read(number, offset, left, record -> print(record, allocator));
      }
    }
    return limit - left;
  }

  /** Which letters are the newest of their records is known at the end only. */
  private int showLetters(TopicReader reader) {
    var letters = new DeadLetterList(all);
    partitions(reader)
        .forEach(number -> reader.read(number, offset, Integer.MAX_VALUE, letters::add));
    List<DeadLetterList.Entry> found = letters.entries();
    for (DeadLetterList.Entry letter : found.subList(0, Math.min(limit, found.size()))) {
      surroundings.out().println(letter.text());
      surroundings.out().println();
      if (save.isPresent()) {
        reader.read(letter.partition(), letter.offset(), 1, this::saveFirst);
      }
    }
    if (found.size() > limit) {
      surroundings.err().printf("%,d more: raise --limit%n", found.size() - limit);
    }
    return found.size();
  }

  private List<Integer> partitions(TopicReader reader) {
    return reader.partitions().stream()
        .filter(number -> partition.orElse(number).equals(number))
        .toList();
  }

  private void saveFirst(ConsumerRecord<byte[], byte[]> record) {
    Optional<Path> file = save;
    save = Optional.empty();
    file.ifPresent(
        path -> {
          if (record.value() == null) {
            throw MillraceException.data(
                "Cannot save the value of %s-%d@%d: it has none"
                    .formatted(record.topic(), record.partition(), record.offset()));
          }
          try {
            Files.write(surroundings.folder().resolve(path), record.value());
          } catch (IOException e) {
            throw MillraceException.lasting(
                MillraceException.Category.TARGET, "Cannot write %s: %s".formatted(path, e), e);
          }
        });
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
      Map<String, String> headers = RecordText.headers(record);
      out.println(RecordText.of(headers, record.serializedValueSize()));
      if (RecordText.hasRows(headers) && rows > 0) {
        printRows(record.value(), allocator);
      }
    } catch (MillraceException e) {
      out.println(e.getMessage());
    }
    out.println();
    saveFirst(record);
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
