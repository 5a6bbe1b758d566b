package io.millrace.connect.clickhouse.read;

import io.millrace.connect.Commission;
import io.millrace.connect.TopicLog;
import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.connect.clickhouse.server.TableName;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.FakeOffsets;
import io.millrace.connect.round.RecordQueue;
import io.millrace.connect.round.Round;
import io.millrace.connect.round.RoundTask;
import io.millrace.connect.round.ShareReading;
import io.millrace.connect.round.StoredRounds;
import io.millrace.connect.round.TaskShare;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.server.TestServer;
import io.millrace.core.window.RunRange;
import io.millrace.core.window.WindowOptions;
import io.millrace.core.wire.BatchHeader;
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
  InstantSource clock = InstantSource.system();
  private final ClickHouseOptions options;
  private final WindowOptions windows;
  private final Commission commission = new Commission("test", "wish", new RunRange.Continuous());
  private FreeRound planned;
  private Round round;
  private RecordQueue queue;
  private SideBySide reader;
  private Thread thread;

  private TestReading(ClickHouseOptions options, WindowOptions windowsOrNull) {
    this.options = options;
    this.windows = windowsOrNull;
  }

  /** Of a server that does not compress. */
  static TestReading of(TestServer server, Map<String, ?> more) {
    return of(server, more, null);
  }

  static TestReading of(TestServer server, Map<String, ?> more, WindowOptions windowsOrNull) {
    return new TestReading(options(server, more), windowsOrNull);
  }

  static ClickHouseOptions options(TestServer server, Map<String, ?> more) {
    var tree = new HashMap<String, Object>();
    tree.put("url", server.url());
    tree.put("compression", "none");
    tree.putAll(more);
    return OptionsReader.read(
            ClickHouseOptions.class,
            tree,
            problem -> {
              throw new AssertionError(problem);
            })
        .orElseThrow();
  }

  private Agenda<TableName> agenda() {
    return new Agenda<>(commission, windows, options.selection());
  }

  /** Makes the next plan, after what the stored offsets tell; says whether anything is due. */
  boolean plan() {
    var stored = new StoredRounds(offsets, "test").latest().orElse(null);
    long last = stored == null ? 0 : stored.id().plan().epochMillis();
    planned =
        new RoundMaker(options, commission, agenda(), new Nonces(new Random(1)))
            .make(stored, last)
            .orElse(null);
    round = planned == null ? null : planned.round();
    return round != null;
  }

  /** The bounds of its Partitions. */
  List<Bounds> bounds() {
    return round.units().stream().map(unit -> unit.partition().bounds()).toList();
  }

  /** Starts a task that goes on where the stored offsets end. */
  void start() {
    queue = new RecordQueue();
    reader =
        new SideBySide(
            TaskShare.of(planned.taskProperties(1).get(0)).deal(options.connections()).stream()
                .map(this::reader)
                .toList());
    thread = new Thread(reader, "reader under test");
    thread.start();
  }

  private RoundTask.Reader reader(TaskShare share) {
    var work = new ShareReading.Work(commission, share, null, agenda().onFailure());
    var nonces = new Nonces(new Random(2 + share.units().get(0).slot()));
    var reading = new ShareReading(work, queue, nonces, clock);
    reading.resume(new StoredRounds(offsets, "test"));
    return new PartitionReader(options, planned.schemas(), reading, clock);
  }

  /** Takes what comes within a tenth of a second. */
  void poll() throws InterruptedException {
    List<SourceRecord> polled = queue.poll(POLL);
    if (polled != null) {
      records.addAll(polled);
    }
  }

  /** Plans and reads until each Partition has an end, stores their offsets; what a topic has. */
  TopicLog readAll() throws InterruptedException {
    if (!plan()) {
      throw MillraceException.data("Nothing is due");
    }
    start();
    return finish();
  }

  TopicLog finish() throws InterruptedException {
    int before = 0;
    while (ends() < round.units().size()) {
      poll();
      for (SourceRecord record : records.subList(before, records.size())) {
        @SuppressWarnings("unchecked")
        var offset = (Map<String, Object>) record.sourceOffset();
        offsets.store(record.sourcePartition(), offset);
      }
      before = records.size();
    }
    return TopicLog.of(records);
  }

  long ends() {
    return TopicLog.of(records).entries().stream()
        .map(TopicLog.Entry::header)
        .filter(header -> !(header instanceof BatchHeader.Data))
        .filter(header -> header.reading().unit().plan().equals(round.id().plan()))
        .map(header -> header.reading().unit())
        .distinct()
        .count();
  }

  @Override
  public void close() throws InterruptedException {
    if (thread != null) {
      reader.stop();
      thread.interrupt();
      thread.join(20_000);
      if (thread.isAlive()) {
        throw new AssertionError("The reader does not stop");
      }
    }
  }
}
