package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.TopicLog;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.round.TaskAssignment;
import io.millrace.connect.postgres.server.BackendId;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.FakeOffsets;
import io.millrace.connect.round.OnFailure;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.connect.round.RecordQueue;
import io.millrace.connect.round.Round;
import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.ShareReading;
import io.millrace.connect.round.StoredRounds;
import io.millrace.core.Nonces;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.window.RunRange;
import io.millrace.core.wire.BatchHeader;
import io.millrace.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.source.SourceRecord;

/** A plan and one task that reads all of it, without Connect. */
final class TestReading implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  final FakeOffsets offsets = new FakeOffsets();
  final List<SourceRecord> records = new ArrayList<>();
  final Round round;

  private final PostgresOptions options;
  private final Commission commission;
  private final WatchedRound made;
  private RecordQueue queue;
  private SnapshotReader reader;
  private Thread thread;

  /** Makes the plan; nothing is read yet. */
  TestReading(EmbeddedPostgres postgres, String table, Map<String, String> partition)
      throws Exception {
    this(postgres, Map.of("table", table, "partition", partition));
  }

  /** The same, of whatever options say. */
  TestReading(EmbeddedPostgres postgres, Map<String, ?> what) throws Exception {
    var tree = new HashMap<String, Object>(what);
    tree.put("url", postgres.jdbcUrl());
    tree.put("user", postgres.user());
    this.options =
        OptionsReader.read(
                PostgresOptions.class,
                tree,
                problem -> {
                  throw new AssertionError(problem);
                })
            .orElseThrow();
    this.commission = new Commission("test", "wish", new RunRange.Continuous());
    var agenda = new Agenda<>(commission, null, options.selection());
    this.made =
        new RoundMaker(options, commission, agenda, new Nonces(new Random(1)))
            .make(null, 0)
            .orElseThrow();
    this.round = made.round();
  }

  /** The Partitions of the plan. */
  List<PlannedPartition> partitions() {
    return round.units().stream().map(RoundUnit::partition).toList();
  }

  /** Starts a task that goes on where the stored offsets end. */
  void start() {
    queue = new RecordQueue();
    TaskAssignment task = made.planned().deal(1).get(0);
    var work = new ShareReading.Work(commission, task.share(), null, OnFailure.FAIL);
    var reading = new ShareReading(work, queue, new Nonces(new Random(2)), InstantSource.system());
    reading.resume(new StoredRounds(offsets, "test"));
    reader = new SnapshotReader(options, task, reading, InstantSource.system());
    thread = new Thread(reader, "reader under test");
    thread.start();
  }

  /** Takes what comes within a tenth of a second; says whether anything came. */
  boolean poll() throws InterruptedException {
    List<SourceRecord> polled = queue.poll(POLL);
    if (polled == null) {
      return false;
    }
    records.addAll(polled);
    return true;
  }

  /** Takes records until each Partition of the plan has an end, and stores their offsets. */
  TopicLog readAll() throws InterruptedException {
    while (ends() < round.units().size()) {
      poll();
    }
    for (SourceRecord record : records) {
      @SuppressWarnings("unchecked")
      var offset = (Map<String, Object>) record.sourceOffset();
      offsets.store(record.sourcePartition(), offset);
    }
    return TopicLog.of(records);
  }

  private long ends() {
    return TopicLog.of(records).entries().stream()
        .map(TopicLog.Entry::header)
        .filter(BatchHeader.PartitionEnd.class::isInstance)
        .map(header -> header.reading().unit().partition())
        .distinct()
        .count();
  }

  /** The session that holds the snapshot. */
  BackendId exporter() {
    return made.planned().snapshot().exporter();
  }

  /** Ends the exporter's session, as a crash of the connector would. */
  void loseExporter() {
    made.close();
  }

  boolean isReading() {
    return thread.isAlive();
  }

  void stop() throws InterruptedException {
    if (thread != null) {
      reader.stop();
      thread.interrupt();
      thread.join(5000);
      if (thread.isAlive()) {
        throw new AssertionError("The reader does not stop");
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop();
    made.close();
  }
}
