package io.millrace.connect.postgres.changes;

import io.millrace.connect.Commission;
import io.millrace.connect.PluginVersion;
import io.millrace.connect.change.ChangeRecords;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.window.WindowOptions;
import io.millrace.core.wire.JavaNio;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a slot for ever, in the thread that polls. A session that breaks is followed by another,
 * from the last checkpoint on: what was sent since then is sent again.
 */
public final class PostgresChangesTask extends SourceTask {
  /** The property that says where a snapshot of the tables was taken, if one was. */
  static final String POINT = "millrace.task.snapshot-point";

  private static final Logger LOG = LoggerFactory.getLogger(PostgresChangesTask.class);
  private static final Duration POLL_LIMIT = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** How long another reader of the slot is waited for: this task before a restart, usually. */
  private static final Duration IN_USE_LIMIT = Duration.ofMinutes(2);

  private static final String IN_USE = "55006";

  static {
    JavaNio.open();
  }

  private final InstantSource clock = InstantSource.system();
  private final AtomicLong confirmed = new AtomicLong();
  private final RootAllocator allocator = new RootAllocator();
  private PostgresOptions options;
  private String pipeline;
  private SlotOpening opening;
  private long point;
  private Checkpoint checkpoint;
  private ChangeRecords records;
  private volatile ChangeStream stream;
  private Instant nextTry = Instant.MIN;
  private Instant inUseSince;
  private volatile boolean stopped;

  @Override
  public String version() {
    return PluginVersion.text();
  }

  @Override
  public synchronized void start(Map<String, String> properties) {
    try {
      options = PostgresChangesConnector.OPTIONS.require(properties);
      pipeline = Commission.of(properties).pipeline();
      WindowOptions windows =
          PostgresChangesConnector.WINDOWS.find(properties).orElse(WindowOptions.OF_CHANGES);
      var setup = new SlotSetup(options, pipeline, new Nonces(new SecureRandom()));
      opening = new SlotOpening(options, pipeline, windows, setup, clock);
      point = Lsn.parse(properties.get(POINT));
      takeLaterCheckpoint();
    } catch (MillraceException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  @Override
  public synchronized List<SourceRecord> poll() throws InterruptedException {
    if (stopped) {
      return null;
    }
    try {
      return read();
    } catch (SQLException e) {
      if (stopped) {
        return null;
      }
      if (IN_USE.equals(e.getSQLState())) {
        awaitOther(e);
      } else if (!PostgresServer.passing(e)) {
        throw failed(opening.server().explain(e));
      }
      return again(opening.server().explain(e));
    } catch (MillraceException e) {
      if (!e.retriable()) {
        throw failed(e);
      }
      return again(e);
    } catch (InterruptedException e) {
      drop();
      throw e;
    }
  }

  private List<SourceRecord> read() throws SQLException, InterruptedException {
    if (stream == null) {
      if (clock.instant().isBefore(nextTry)) {
        Thread.sleep(POLL_LIMIT.toMillis());
        return null;
      }
      takeLaterCheckpoint();
      ChangeStream.Opened opened = opening.open(checkpoint, point);
      inUseSince = null;
      checkpoint = opened.checkpoint();
      records = new ChangeRecords(Checkpoint.sourcePartition(pipeline), checkpoint.toOffset());
      stream = new ChangeStream(opened, records, options, allocator, clock);
    }
    stream.read(POLL_LIMIT, confirmed.get());
    return taken();
  }

  /**
   * Another task of this connector may have read on, and stored how far, while the slot was its.
   */
  private void takeLaterCheckpoint() {
    Checkpoint.stored(context.offsetStorageReader(), pipeline)
        .filter(stored -> checkpoint == null || stored.isLaterThan(checkpoint))
        .ifPresent(
            stored -> {
              checkpoint = stored;
              confirmed.set(stored.lsn());
            });
  }

  /** A checkpoint counts once the records before it are handed over. */
  private List<SourceRecord> taken() {
    checkpoint = stream.checkpoint();
    return records.isEmpty() ? null : records.take();
  }

  private void awaitOther(SQLException e) {
    inUseSince = inUseSince == null ? clock.instant() : inUseSince;
    if (clock.instant().isAfter(inUseSince.plus(IN_USE_LIMIT))) {
      throw failed(opening.server().explain(e));
    }
  }

  private ConnectException failed(MillraceException e) {
    drop();
    return new ConnectException(e.getMessage(), e);
  }

  /** What was made before the session broke is whole, and counts. */
  private List<SourceRecord> again(MillraceException why) {
    LOG.warn("Reading again from the last checkpoint: {}", why.getMessage());
    List<SourceRecord> made = stream == null ? null : taken();
    drop();
    nextTry = clock.instant().plus(PAUSE);
    return made;
  }

  private void drop() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }

  /** Called when Connect has stored offsets; which ones, only the reader tells. */
  @Override
  public void commit() {
    Checkpoint.stored(context.offsetStorageReader(), pipeline)
        .ifPresent(stored -> confirmed.set(stored.lsn()));
  }

  /** Breaks the sessions first, for a poll may wait for the server. */
  @Override
  public void stop() {
    stopped = true;
    ChangeStream current = stream;
    if (current != null) {
      current.abort();
    }
    end();
  }

  private synchronized void end() {
    drop();
    LOG.info("Stopped; batches took {} MiB at most", allocator.getPeakMemoryAllocation() >> 20);
    allocator.close();
  }
}
