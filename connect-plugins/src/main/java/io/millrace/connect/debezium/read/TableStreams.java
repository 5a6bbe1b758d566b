package io.millrace.connect.debezium.read;

import io.millrace.connect.change.BucketChains;
import io.millrace.connect.change.ChangeRecords;
import io.millrace.connect.change.StreamChain;
import io.millrace.connect.debezium.DebeziumOptions;
import io.millrace.connect.debezium.event.ChangeEvent;
import io.millrace.connect.debezium.event.TableEvents;
import io.millrace.connect.debezium.value.ValueTypes;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.StreamId;
import io.millrace.core.change.Position;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/** The streams of all tables whose events have come: their chains and their open batches. */
final class TableStreams implements AutoCloseable {
  private final DebeziumOptions options;
  private final String pipeline;
  private final Checkpoint from;
  private final BufferAllocator allocator;
  private final Output output;
  private final TableEvents.Settings settings;
  private final Map<String, TableStream> byTable = new LinkedHashMap<>();

  /** A table's stream. */
  private static final class TableStream {
    private final BucketChains chains;
    private TableEvents events;

    TableStream(BucketChains chains) {
      this.chains = chains;
    }
  }

  /** Takes batches as they are closed. */
  @FunctionalInterface
  interface Output {
    /** Takes the next one of a stream. */
    void accept(BucketChains stream, ChangeRecords.Batch batch);
  }

  /** Streams that go on where the checkpoint says. */
  TableStreams(
      DebeziumOptions options,
      String pipeline,
      Checkpoint from,
      BufferAllocator allocator,
      Output output) {
    this.options = options;
    this.pipeline = pipeline;
    this.from = from;
    this.allocator = allocator;
    this.output = output;
    this.settings =
        new TableEvents.Settings(
            from.buckets(),
            options.batchBytes().bytes(),
            new ValueTypes(options.onUnrepresentable()),
            ConnectorProperties.of(options, pipeline).get(ConnectorProperties.PLACEHOLDER));
  }

  /**
   * Adds an event to its table's batches.
   *
   * @return about how many bytes it takes
   */
  long add(ChangeEvent event, Position position) throws InterruptedException {
    TableStream stream = byTable.get(event.table());
    if (stream == null || stream.events == null || !stream.events.fits(event)) {
      stream = announce(stream, event);
    }
    return stream.events.add(event, position);
  }

  /** Another schema of rows ends the batches of the one before. */
  private TableStream announce(TableStream knownOrNull, ChangeEvent event)
      throws InterruptedException {
    if (knownOrNull != null && knownOrNull.events != null) {
      knownOrNull.events.closeBatches();
      knownOrNull.events.close();
      knownOrNull.events = null;
    }
    var holder = new BucketChains[1];
    var events =
        new TableEvents(event, settings, allocator, batch -> output.accept(holder[0], batch));
    try {
      TableStream stream = knownOrNull == null ? make(event, events.key()) : knownOrNull;
      requireKey(event, events.key(), stream.chains.generation().key());
      stream.chains.take(events.arrow());
      holder[0] = stream.chains;
      stream.events = events;
      byTable.put(event.table(), stream);
      return stream;
    } catch (RuntimeException e) {
      events.close();
      throw e;
    }
  }

  private TableStream make(ChangeEvent event, List<String> key) {
    String name = options.streams().get(event.table());
    if (name == null) {
      throw MillraceException.lasting(
          Category.SOURCE,
          "An event of table %s came, and tables has %s: name it as the event does"
              .formatted(event.table(), options.tables()));
    }
    int buckets = key.isEmpty() ? 1 : from.buckets();
    StreamChain known = from.streams().get(name);
    StreamChain chain = known == null ? StreamChain.start(key, buckets) : known;
    return new TableStream(
        new BucketChains(new StreamId(pipeline, name), from.of(chain.key(), pipeline), chain));
  }

  /** Rows of another key would change their buckets. */
  private static void requireKey(ChangeEvent event, List<String> now, List<String> begun) {
    if (!now.equals(begun)) {
      throw MillraceException.lasting(
          Category.SOURCE,
          "The key of %s is %s now, and its changes are divided by %s: give it that key again, or begin anew: millrace drop FILE --slot"
              .formatted(event.table(), now, begun));
    }
  }

  void closeBatches() throws InterruptedException {
    for (TableStream stream : byTable.values()) {
      if (stream.events != null) {
        stream.events.closeBatches();
      }
    }
  }

  /** The streams whose schema is known. */
  Collection<BucketChains> known() {
    return byTable.values().stream().map(stream -> stream.chains).toList();
  }

  /** How far the records of each stream have come, silent ones too. */
  Map<String, StreamChain> chains() {
    var chains = new HashMap<>(from.streams());
    known().forEach(stream -> chains.put(stream.id().name(), stream.chain()));
    return chains;
  }

  /** The latest transaction that a record of ours has a change of, 0 if there is none. */
  long latestPlace() {
    return chains().values().stream()
        .flatMap(chain -> chain.lasts().stream())
        .mapToLong(Position::commit)
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    for (TableStream stream : byTable.values()) {
      if (stream.events != null) {
        stream.events.close();
      }
    }
  }
}
