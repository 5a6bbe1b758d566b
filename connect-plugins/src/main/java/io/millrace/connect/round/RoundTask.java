package io.millrace.connect.round;

import io.millrace.connect.Commission;
import io.millrace.connect.PluginVersion;
import io.millrace.core.MillraceException;
import io.millrace.core.wire.JavaNio;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads its share of a round, in a thread of its own, and stays idle afterwards. */
public abstract class RoundTask extends SourceTask {
  private static final Logger LOG = LoggerFactory.getLogger(RoundTask.class);
  private static final Duration POLL_LIMIT = Duration.ofMillis(100);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  static {
    JavaNio.open();
  }

  private final RecordQueue queue = new RecordQueue();
  private Reader reader;
  private Thread thread;

  /** Reads a share to its end; whatever fails it tells the queue. */
  public interface Reader extends Runnable {
    /** Ends the reading; its thread is interrupted, too. */
    void stop();
  }

  /**
   * Makes the reader of the share that the task's properties tell of.
   *
   * @param stored where an earlier task may have come to
   * @param queue takes what is read
   */
  protected abstract Reader reader(
      Map<String, String> properties, StoredRounds stored, RecordQueue queue);

  @Override
  public final String version() {
    return PluginVersion.text();
  }

  @Override
  public final void start(Map<String, String> properties) {
    try {
      String pipeline = Commission.of(properties).pipeline();
      reader = reader(properties, new StoredRounds(context.offsetStorageReader(), pipeline), queue);
    } catch (MillraceException e) {
      throw new ConnectException(e.getMessage(), e);
    }
    thread = new Thread(reader, "millrace-read");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public final List<SourceRecord> poll() throws InterruptedException {
    return queue.poll(POLL_LIMIT);
  }

  @Override
  public final void stop() {
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
