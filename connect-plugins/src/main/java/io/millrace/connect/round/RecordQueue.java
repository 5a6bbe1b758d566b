package io.millrace.connect.round;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Hands records from the thread that reads to the one that polls. Short: each record is nearly a
 * megabyte, and the producer keeps its own.
 */
public final class RecordQueue {
  private static final int RECORDS = 3;

  private final BlockingQueue<SourceRecord> records = new ArrayBlockingQueue<>(RECORDS);
  private volatile Throwable failure;

  /**
   * Adds a record, waiting for room.
   *
   * @throws IllegalStateException after a failure: no more is taken
   */
  public void put(SourceRecord record) throws InterruptedException {
    if (failure != null) {
      throw new IllegalStateException("Another reader has failed", failure);
    }
    records.put(record);
  }

  /** Says that no more will come, and why; of several failures the first one counts. */
  public synchronized void fail(Throwable why) {
    if (failure == null) {
      failure = why;
    }
  }

  /**
   * What is there, waiting for the first; null if nothing came.
   *
   * @throws ConnectException when all before the failure is taken
   */
  public List<SourceRecord> poll(Duration patience) throws InterruptedException {
    Throwable why = failure; // read first: what was put before it is taken first
    SourceRecord first = records.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (first != null) {
      var taken = new ArrayList<SourceRecord>(RECORDS + 1);
      taken.add(first);
      records.drainTo(taken);
      return taken;
    }
    if (why != null) {
      throw new ConnectException(why.getMessage(), why);
    }
    return null;
  }
}
