package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.AttemptRecords;
import io.millrace.connect.Commission;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.plan.PlannedPartition;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.core.Attempt;
import io.millrace.core.Nonces;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.wire.Reading;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of one task: reads its Partitions one after the other, each again from its start if the
 * session breaks, until all are read or a minute has passed without progress.
 */
final class SnapshotReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotReader.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final PostgresOptions options;
  private final Commission commission;
  private final TaskAssignment assignment;
  private final RecordQueue queue;
  private final Nonces nonces;
  private final InstantSource clock;
  private final PostgresServer server;
  private final StreamId stream;
  private final Deque<PlannedPartition> waiting = new ArrayDeque<>();
  private final Map<String, Integer> attempts = new HashMap<>();

  private Instant lastProgress;
  private volatile SnapshotSession session;
  private volatile boolean stopped;

  SnapshotReader(
      PostgresOptions options,
      Commission commission,
      TaskAssignment assignment,
      RecordQueue queue,
      Nonces nonces,
      InstantSource clock) {
    this.options = options;
    this.commission = commission;
    this.assignment = assignment;
    this.queue = queue;
    this.nonces = nonces;
    this.clock = clock;
    this.server = options.server();
    this.stream = new StreamId(commission.pipeline(), options.streamName());
    this.waiting.addAll(assignment.partitions());
  }

  /** Leaves out what Connect has seen the end of; to be called before the thread starts. */
  void resume(StoredProgress stored) {
    stored
        .of(assignment.partitions().stream().map(PlannedPartition::id).toList())
        .forEach(
            (id, progress) -> {
              if (progress.plan().equals(assignment.plan())) {
                attempts.put(id, progress.attempt());
                waiting.removeIf(p -> progress.isFinished() && p.id().equals(id));
              }
            });
  }

  @Override
  public void run() {
    try (BufferAllocator allocator = new RootAllocator()) {
      lastProgress = clock.instant();
      while (!stopped && !waiting.isEmpty()) {
        readOn(allocator);
      }
    } catch (InterruptedException e) {
      if (!stopped) {
        queue.fail(e);
      }
    } catch (Throwable e) {
      queue.fail(e); // whatever it is: a task that says nothing would look as if it were done
    }
  }

  private void readOn(BufferAllocator allocator)
      throws InterruptedException, SnapshotLostException {
    try (SnapshotSession current =
        SnapshotSession.connect(server, assignment, commission.pipeline() + " read")) {
      session = current;
      if (!stopped) {
        current.begin(options, allocator);
      }
      while (!stopped && !waiting.isEmpty()) {
        read(waiting.getFirst(), current);
        waiting.removeFirst();
      }
    } catch (SnapshotLostException e) {
      awaitReconfiguration(e);
    } catch (SQLException e) {
      retryIfPassing(e);
    }
  }

  private void read(PlannedPartition partition, SnapshotSession current)
      throws SQLException, SnapshotLostException, InterruptedException {
    int number = attempts.merge(partition.id(), 1, Integer::sum);
    var attempt = new Attempt(number, nonces.next(), clock.instant());
    var unit = new Unit(stream, RunId.SNAPSHOT, assignment.plan(), partition.id());
    var records =
        new AttemptRecords(
            new Reading(unit, assignment.planSize(), partition.bounds(), attempt),
            current.schema(),
            StoredProgress.sourcePartition(stream, RunId.SNAPSHOT, partition.id()));
    var progress =
        new PartitionProgress(
            assignment.plan(), assignment.planSize(), commission.request(), number, null);
    Map<String, Object> begun = progress.toOffset();
    long rows =
        current.read(
            partition.bounds(),
            (value, count) -> {
              queue.put(records.data(value, count, begun));
              lastProgress = clock.instant();
            });
    queue.put(records.end(rows, progress.finished(rows).toOffset()));
    lastProgress = clock.instant();
    LOG.debug("Read {} rows of {}, attempt {}", rows, unit, number);
  }

  /** The connector makes another plan and configures the tasks anew, which stops this one. */
  private void awaitReconfiguration(SnapshotLostException why)
      throws InterruptedException, SnapshotLostException {
    if (!stopped) {
      LOG.warn("Plan {} is lost, waiting for another: {}", assignment.plan(), why.getMessage());
      Thread.sleep(PATIENCE.toMillis());
      throw why;
    }
  }

  private void retryIfPassing(SQLException e) throws InterruptedException {
    if (stopped) {
      return;
    }
    boolean patient = clock.instant().isBefore(lastProgress.plus(PATIENCE));
    if (!patient || !PostgresServer.passing(e)) {
      throw server.explain(e);
    }
    LOG.warn("Reading again: {}", server.explain(e).getMessage());
    Thread.sleep(PAUSE.toMillis());
  }

  /** Ends the reading; its thread should be interrupted, too. */
  void stop() {
    stopped = true;
    SnapshotSession current = session;
    if (current != null) {
      current.drop();
    }
  }
}
