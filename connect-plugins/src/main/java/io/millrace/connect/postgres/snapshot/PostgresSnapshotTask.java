package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.PluginVersion;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.round.Agenda;
import io.millrace.connect.postgres.round.TaskAssignment;
import io.millrace.connect.postgres.snapshot.SnapshotReader.OnFailure;
import io.millrace.connect.round.RecordQueue;
import io.millrace.connect.round.StoredRounds;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.wire.JavaNio;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads its share of a plan, in a thread of its own, and stays idle afterwards. */
public final class PostgresSnapshotTask extends SourceTask {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresSnapshotTask.class);
  private static final Duration POLL_LIMIT = Duration.ofMillis(100);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  static {
    JavaNio.open();
  }

  private final RecordQueue queue = new RecordQueue();
  private SnapshotReader reader;
  private Thread thread;

  @Override
  public String version() {
    return PluginVersion.text();
  }

  @Override
  public void start(Map<String, String> properties) {
    try {
      PostgresOptions options = PostgresSnapshotConnector.OPTIONS.require(properties);
      var commission = Commission.of(properties);
      var assignment = TaskAssignment.of(properties);
      var agenda =
          new Agenda(
              commission, PostgresSnapshotConnector.windows(properties), options.selection());
      reader =
          new SnapshotReader(
              options,
              commission,
              assignment,
              agenda.mayFail() ? OnFailure.GIVE_UP : OnFailure.FAIL,
              queue,
              new Nonces(new SecureRandom()),
              InstantSource.system());
      reader.resume(new StoredRounds(context.offsetStorageReader(), commission.pipeline()));
    } catch (MillraceException e) {
      throw new ConnectException(e.getMessage(), e);
    }
    thread = new Thread(reader, "millrace-read");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    return queue.poll(POLL_LIMIT);
  }

  @Override
  public void stop() {
    if (thread == null) {
      return;
    }
    reader.stop();
    thread.interrupt();
    try {
      thread.join(STOP_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("A reader did not stop within {} s", STOP_LIMIT.toSeconds());
    }
  }
}
