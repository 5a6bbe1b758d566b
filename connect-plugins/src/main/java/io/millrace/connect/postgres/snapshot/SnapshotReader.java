package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.round.TaskAssignment;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.round.OnFailure;
import io.millrace.connect.round.RoundTask;
import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.ShareReading;
import io.millrace.core.MillraceException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of one task: reads its Partitions one after the other, each again from its start if the
 * session breaks, until all are read or a minute has passed without progress. Of several tables or
 * windows, one that cannot be read is given up, and the log told so.
 */
final class SnapshotReader implements RoundTask.Reader {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotReader.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final PostgresOptions options;
  private final TaskAssignment assignment;
  private final ShareReading reading;
  private final InstantSource clock;
  private final PostgresServer server;

  private volatile SnapshotSession session;
  private volatile boolean stopped;

  SnapshotReader(
      PostgresOptions options,
      TaskAssignment assignment,
      ShareReading reading,
      InstantSource clock) {
    this.options = options;
    this.assignment = assignment;
    this.reading = reading;
    this.clock = clock;
    this.server = options.server();
  }

  @Override
  public void run() {
    try (BufferAllocator allocator = new RootAllocator()) {
      while (!stopped && !reading.isDone()) {
        readOn(allocator);
      }
    } catch (InterruptedException e) {
      if (!stopped) {
        reading.fail(e);
      }
    } catch (Throwable e) {
      reading.fail(e); // whatever it is: a task that says nothing would look as if it were done
    }
  }

  private void readOn(BufferAllocator allocator)
      throws InterruptedException, SnapshotLostException {
    String purpose = reading.work().commission().pipeline() + " read";
    try (SnapshotSession current = SnapshotSession.connect(server, assignment, purpose)) {
      session = current;
      if (!stopped) {
        current.begin();
      }
      boolean usable = true;
      while (usable && !stopped && !reading.isDone()) {
        usable = take(reading.next(), current, allocator);
      }
    } catch (SnapshotLostException e) {
      awaitReconfiguration(e);
    } catch (SQLException e) {
      retryIfPassing(e);
    }
  }

  /** One Partition's turn; says whether the session can be used on. */
  private boolean take(ShareReading.Turn turn, SnapshotSession current, BufferAllocator allocator)
      throws SQLException, SnapshotLostException, InterruptedException {
    String stream = turn.stream();
    Optional<String> failure = turn.unit().failure().or(() -> current.changed(stream));
    try {
      if (failure.isEmpty()) {
        current.turnTo(stream, options, allocator);
        failure = current.changed(stream);
      }
      if (failure.isPresent()) {
        handle(failure.get(), turn, current);
        return true;
      }
      turn.schema(current.schema());
      RoundUnit unit = turn.unit();
      turn.end(current.read(unit.window(), unit.partition().bounds(), turn::data));
      return true;
    } catch (MillraceException e) {
      turn.giveUp(e);
      return false;
    } catch (SQLException e) {
      if (PostgresServer.passing(e)) {
        throw e;
      }
      Optional<String> change = current.changed(stream);
      if (isAlone() && change.isEmpty()) {
        throw e;
      }
      handle(change.orElseGet(() -> server.explain(e).getMessage()), turn, current);
      return false;
    }
  }

  private boolean isAlone() {
    return reading.work().onFailure() == OnFailure.FAIL;
  }

  /** Alone, a table that has changed is planned anew; among others it is given up. */
  private void handle(String failure, ShareReading.Turn turn, SnapshotSession current)
      throws SQLException, SnapshotLostException, InterruptedException {
    if (isAlone()) {
      throw current.abandon(failure);
    }
    turn.giveUp(failure);
  }

  /** The connector makes another plan and configures the tasks anew, which stops this one. */
  private void awaitReconfiguration(SnapshotLostException why)
      throws InterruptedException, SnapshotLostException {
    if (!stopped) {
      LOG.warn(
          "Plan {} is lost, waiting for another: {}", assignment.round().plan(), why.getMessage());
      Thread.sleep(PATIENCE.toMillis());
      throw why;
    }
  }

  private void retryIfPassing(SQLException e) throws InterruptedException {
    if (stopped) {
      return;
    }
    boolean patient = clock.instant().isBefore(reading.lastRecord().plus(PATIENCE));
    if (!patient || !PostgresServer.passing(e)) {
      throw server.explain(e);
    }
    LOG.warn("Reading again: {}", server.explain(e).getMessage());
    Thread.sleep(PAUSE.toMillis());
  }

  @Override
  public void stop() {
    stopped = true;
    SnapshotSession current = session;
    if (current != null) {
      current.drop();
    }
  }
}
