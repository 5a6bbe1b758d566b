package io.millrace.connect.debezium.read;

import io.millrace.connect.Commission;
import io.millrace.connect.PluginVersion;
import io.millrace.connect.change.ChangeRecords;
import io.millrace.connect.change.CommitWindows;
import io.millrace.connect.debezium.DebeziumOptions;
import io.millrace.connect.round.KnownOffsets;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.stage.StoredOffset;
import io.millrace.core.window.WindowOptions;
import io.millrace.core.wire.JavaNio;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs Debezium's connector for ever, in the thread that polls. A run that breaks is followed by
 * another, from the last checkpoint on: what was sent since then is sent again.
 */
public final class DebeziumTask extends SourceTask {
  private static final Logger LOG = LoggerFactory.getLogger(DebeziumTask.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  static {
    JavaNio.open();
  }

  private final InstantSource clock = InstantSource.system();
  private final RootAllocator allocator = new RootAllocator();
  private final Nonces nonces = new Nonces(new SecureRandom());
  private DebeziumOptions options;
  private String pipeline;
  private WindowOptions windows;
  private Checkpoint checkpoint;
  private ChangeRecords records;
  private volatile DebeziumRun run;
  private EventStream stream;
  private Instant nextTry = Instant.MIN;
  private volatile boolean stopped;

  @Override
  public String version() {
    return PluginVersion.text();
  }

  @Override
  public synchronized void start(Map<String, String> properties) {
    try {
      options = DebeziumConnector.OPTIONS.require(properties);
      pipeline = Commission.of(properties).pipeline();
      windows = DebeziumConnector.WINDOWS.find(properties).orElse(WindowOptions.OF_CHANGES);
      checkpoint =
          Checkpoint.stored(context.offsetStorageReader(), pipeline).map(this::same).orElse(null);
    } catch (MillraceException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  /** Refuses another connector or division than what is stored was begun with. */
  private Checkpoint same(Checkpoint stored) {
    requireEqual("connector_class", stored.connector(), options.connectorClass());
    requireEqual(
        "changes.buckets",
        Integer.toString(stored.buckets()),
        Integer.toString(options.changes().buckets()));
    return stored;
  }

  private static void requireEqual(String option, String stored, String now) {
    if (!stored.equals(now)) {
      throw MillraceException.configuration(
          option,
          "Cannot go on with %s %s: reading was begun with %s. Set it back, or begin anew: millrace drop FILE --slot"
              .formatted(option, now, stored));
    }
  }

  @Override
  public synchronized List<SourceRecord> poll() throws InterruptedException {
    if (stopped) {
      return null;
    }
    try {
      return read();
    } catch (InterruptedException e) {
      drop();
      throw e;
    } catch (RuntimeException e) {
      if (stopped) {
        return null;
      }
      MillraceException told = RunFailure.of(e, options);
      if (!told.retriable()) {
        drop();
        throw new ConnectException(told.getMessage(), told);
      }
      return again(told);
    }
  }

  private List<SourceRecord> read() throws InterruptedException {
    if (run == null) {
      if (clock.instant().isBefore(nextTry)) {
        Thread.sleep(LOOK_EVERY.toMillis());
        return null;
      }
      open();
    }
    stream.take(run.poll());
    return taken();
  }

  /** A snapshot that was not whole begins anew, and with it a generation. */
  private void open() {
    if (checkpoint == null || !checkpoint.isWhole()) {
      long last = checkpoint == null ? 0 : checkpoint.generation().epochMillis();
      checkpoint =
          Checkpoint.start(
              PlanId.after(last, clock.instant(), nonces.next()),
              options.connectorClass(),
              options.changes().buckets());
    }
    LOG.info("Reading from {}, generation {}", checkpoint.offsets(), checkpoint.generation());
    records = new ChangeRecords(Checkpoint.sourcePartition(pipeline), checkpoint.toOffset());
    var commits = new CommitWindows(windows, checkpoint.latestCommit());
    stream =
        new EventStream(
            new EventStream.Destination(pipeline, checkpoint, commits, records),
            options,
            allocator,
            clock);
    run = DebeziumRun.start(ConnectorProperties.of(options, pipeline), known(checkpoint), context);
  }

  private static KnownOffsets known(Checkpoint checkpoint) {
    return new KnownOffsets(
        checkpoint.offsets().entrySet().stream()
            .map(
                each ->
                    new StoredOffset(each.getKey(), Collections.unmodifiableMap(each.getValue())))
            .toList());
  }

  /** A checkpoint counts once the records before it are handed over. */
  private List<SourceRecord> taken() {
    checkpoint = stream.checkpoint();
    return records.isEmpty() ? null : records.take();
  }

  /** What was made before the run broke is whole, and counts. */
  private List<SourceRecord> again(MillraceException why) {
    LOG.warn("Reading again from the last checkpoint: {}", why.getMessage());
    List<SourceRecord> made = stream == null ? null : taken();
    drop();
    nextTry = clock.instant().plus(PAUSE);
    return made;
  }

  private void drop() {
    DebeziumRun current = run;
    run = null;
    if (current != null) {
      try {
        current.close();
      } catch (RuntimeException e) {
        LOG.warn("Cannot stop Debezium's task: {}", RunFailure.of(e, options).getMessage());
      }
    }
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }

  /** Called when Connect has stored offsets; which ones, only the reader tells. */
  @Override
  public void commit() throws InterruptedException {
    DebeziumRun current = run;
    if (current != null) {
      Map<Map<String, ?>, Map<String, ?>> offsets =
          Checkpoint.stored(context.offsetStorageReader(), pipeline)
              .map(Checkpoint::offsets)
              .orElse(Map.of());
      current.stored(offsets);
    }
  }

  @Override
  public void stop() {
    stopped = true;
    end();
  }

  private synchronized void end() {
    drop();
    allocator.close();
  }
}
