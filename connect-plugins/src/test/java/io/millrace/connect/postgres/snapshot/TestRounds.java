package io.millrace.connect.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.Commission;
import io.millrace.connect.TopicLog;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.round.TaskAssignment;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.FakeOffsets;
import io.millrace.connect.round.RecordQueue;
import io.millrace.connect.round.Round;
import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.ShareReading;
import io.millrace.connect.round.StoredRound;
import io.millrace.connect.round.StoredRounds;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.window.RunRange;
import io.millrace.core.window.WindowOptions;
import io.millrace.core.wire.BatchHeader;
import io.millrace.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.connect.source.SourceRecord;

/** A connector and its tasks without Connect: round after round, and what comes of them. */
final class TestRounds {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int TASKS = 2;

  final List<SourceRecord> records = new ArrayList<>();

  private final FakeOffsets offsets = new FakeOffsets();
  private final StoredRounds stored = new StoredRounds(offsets, "test");
  private final Nonces nonces = new Nonces(new Random(1));
  private final PostgresOptions options;
  private final WindowOptions windows;
  private Agenda<TableName> agenda;
  private RoundMaker maker;
  private Commission commission;

  /**
   * A connector with no request yet.
   *
   * @param windowsOrNull how runs are made
   * @param source options of the source besides the server
   */
  TestRounds(EmbeddedPostgres postgres, WindowOptions windowsOrNull, Map<String, Object> source) {
    var tree = new HashMap<>(source);
    tree.put("url", postgres.jdbcUrl());
    tree.putIfAbsent("user", postgres.user());
    this.options =
        OptionsReader.read(
                PostgresOptions.class,
                tree,
                problem -> {
                  throw new AssertionError(problem);
                })
            .orElseThrow();
    this.windows = windowsOrNull;
  }

  /** Another wish; windows are those closed by a time. */
  TestRounds until(String request, String end) {
    return request(request, new RunRange.Until(Instant.parse(end)));
  }

  TestRounds request(String request, RunRange range) {
    commission = new Commission("test", request, range);
    agenda = new Agenda<>(commission, windows, options.selection());
    maker = new RoundMaker(options, commission, agenda, nonces);
    return this;
  }

  /** Reads rounds until nothing is due; says how many. */
  int readAll() throws Exception {
    int rounds = 0;
    while (true) {
      try (Planned planned = plan()) {
        if (planned == null) {
          return rounds;
        }
        rounds++;
        planned.read();
      }
    }
  }

  /** Plans what is due; null if nothing is. */
  Planned plan() throws Exception {
    StoredRound last = stored.latest().orElse(null);
    if (agenda.schedule().isDone(last)) {
      return null;
    }
    long plan = last == null ? 0 : last.id().plan().epochMillis();
    return maker.make(last, plan).map(Planned::new).orElse(null);
  }

  /** A round that holds its snapshot. */
  final class Planned implements AutoCloseable {
    final Round round;
    private final WatchedRound made;

    private Planned(WatchedRound made) {
      this.made = made;
      this.round = made.round();
    }

    /** The streams in the order their first Partitions are read in. */
    List<String> streams() {
      return round.units().stream().map(unit -> unit.of().stream()).distinct().toList();
    }

    /** Reads it to its end. */
    void read() throws InterruptedException {
      for (TaskAssignment task : made.planned().deal(TASKS)) {
        read(task, task.units().size());
      }
      assertThat(stored.latest().orElseThrow().isComplete()).isTrue();
    }

    /** Reads so many of its Partitions, as if all were then stopped. */
    void readOnly(int units) throws InterruptedException {
      read(made.planned().deal(1).get(0), units);
    }

    private void read(TaskAssignment task, int units) throws InterruptedException {
      var queue = new RecordQueue();
      var work =
          new ShareReading.Work(
              commission, task.share(), /* pointOrNull= */ null, agenda.onFailure());
      var reading = new ShareReading(work, queue, nonces, InstantSource.system());
      reading.resume(stored);
      var reader = new SnapshotReader(options, task, reading, InstantSource.system());
      var thread = new Thread(reader, "reader under test");
      thread.start();
      int ended = 0;
      while (ended < units) {
        List<SourceRecord> polled = queue.poll(POLL);
        for (SourceRecord record : polled == null ? List.<SourceRecord>of() : polled) {
          if (ended < units) {
            records.add(record);
            store(record);
            ended += header(record) instanceof BatchHeader.Data ? 0 : 1;
          }
        }
      }
      reader.stop();
      thread.interrupt();
      thread.join(5_000);
      assertThat(thread.isAlive()).isFalse();
    }

    @Override
    public void close() {
      made.close();
    }
  }

  private void store(SourceRecord record) {
    @SuppressWarnings("unchecked")
    var offset = (Map<String, Object>) record.sourceOffset();
    offsets.store(record.sourcePartition(), offset);
  }

  private static BatchHeader header(SourceRecord record) {
    return TopicLog.of(List.of(record)).entries().get(0).header();
  }

  /** The ids of each run of a stream, as its latest whole plan has them. */
  Map<String, List<Long>> ids(String stream) {
    var found = new TreeMap<String, List<Long>>();
    try (BufferAllocator allocator = new RootAllocator()) {
      runs(stream)
          .forEach(
              (run, log) ->
                  latest(log)
                      .ifPresent(
                          plan ->
                              found.put(
                                  run,
                                  TopicLog.longs(log.complete(plan).values(), "id", allocator)
                                      .stream()
                                      .sorted()
                                      .toList())));
    }
    return found;
  }

  /** All ids of a stream, by its runs' latest whole plans. */
  List<Long> union(String stream) {
    return ids(stream).values().stream().flatMap(List::stream).sorted().toList();
  }

  /** How many plans a run has. */
  int plans(String stream, String run) {
    return runs(stream).get(run).plans().size();
  }

  private static Optional<PlanId> latest(TopicLog log) {
    return log.plans().stream().filter(log::isWhole).reduce((a, b) -> b);
  }

  private Map<String, TopicLog> runs(String stream) {
    return records.stream()
        .filter(record -> record.topic().equals("test." + stream))
        .collect(
            Collectors.groupingBy(
                record -> header(record).reading().unit().run().value(),
                TreeMap::new,
                Collectors.collectingAndThen(Collectors.toList(), TopicLog::of)));
  }

  /** Why Partitions of a stream were given up, by run and Partition. */
  Map<String, String> failures(String stream) {
    var failures = new TreeMap<String, String>();
    runs(stream)
        .forEach(
            (run, log) ->
                log.entries().stream()
                    .map(TopicLog.Entry::header)
                    .forEach(
                        header -> {
                          if (header instanceof BatchHeader.PartitionFailed failed) {
                            failures.put(
                                run + "/" + failed.reading().unit().partition(), failed.reason());
                          }
                        }));
    return failures;
  }

  /** The units of a round of one stream. */
  static List<RoundUnit> units(Round round, String stream) {
    return round.units().stream().filter(unit -> unit.of().stream().equals(stream)).toList();
  }
}
