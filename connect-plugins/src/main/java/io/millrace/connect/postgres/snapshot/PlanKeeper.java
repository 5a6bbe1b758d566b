package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.core.MillraceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.connector.ConnectorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a plan that tasks can read: makes it unless the request is fulfilled already, watches the
 * session that holds its snapshot, makes another when that is lost, lets go when all is read.
 */
final class PlanKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlanKeeper.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final PlanMaker maker;
  private final StoredProgress progress;
  private final String request;
  private final int mostPartitions;
  private final ConnectorContext context;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(PlanKeeper::thread);

  private volatile PlanMaker.Made made;
  private volatile Connection watcher;
  private volatile boolean closed;

  /**
   * A keeper that does nothing yet.
   *
   * @param mostPartitions how many Partitions a plan may have, to find the latest one's offsets
   */
  PlanKeeper(
      PlanMaker maker,
      StoredProgress progress,
      String request,
      int mostPartitions,
      ConnectorContext context) {
    this.maker = maker;
    this.progress = progress;
    this.request = request;
    this.mostPartitions = mostPartitions;
    this.context = context;
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "millrace-plan");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Makes the first plan, if one is needed. A server that cannot be reached is tried again.
   *
   * @throws MillraceException if trying again is no help
   */
  void start() {
    Optional<PartitionProgress> finished = progress.finished(request);
    if (finished.isPresent()) {
      LOG.info("Plan {} was read to its end: nothing to do", finished.get().plan());
      return;
    }
    try {
      renew();
    } catch (SQLException e) {
      requirePassing(e);
    } catch (SnapshotLostException e) {
      LOG.warn("Lost a snapshot while planning: {}", e.getMessage());
    }
    var unused =
        watch.scheduleWithFixedDelay(
            this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The plan to be read, if there is one. */
  Optional<SnapshotPlan> plan() {
    return Optional.ofNullable(made).map(PlanMaker.Made::plan);
  }

  private void look() {
    try {
      if (isRead()) {
        LOG.info("Plan {} is read", made.plan().id());
        watch.shutdown();
        release();
        context.requestTaskReconfiguration();
      } else if (made == null || !isHeld()) {
        renew();
        context.requestTaskReconfiguration();
      }
    } catch (SQLException e) {
      try {
        requirePassing(e);
      } catch (MillraceException lasting) {
        fail(lasting);
      }
    } catch (SnapshotLostException e) {
      LOG.warn("Lost a snapshot while planning: {}", e.getMessage());
    } catch (MillraceException e) {
      fail(e);
    } catch (RuntimeException e) {
      // Connect's offsets do not answer for the moment, or the connector is being stopped.
      if (!closed) {
        LOG.warn("Cannot look after the plan now, trying again", e);
      }
    } finally {
      if (closed) {
        release();
      }
    }
  }

  /** Whether this plan is; an earlier one of the request may be, should its end be stored late. */
  private boolean isRead() {
    return made != null
        && progress
            .finished(request)
            .filter(finished -> finished.plan().equals(made.plan().id()))
            .isPresent();
  }

  private boolean isHeld() throws SQLException {
    try {
      if (watcher == null) {
        watcher = maker.server().connect("watch");
      }
      return made.plan().exporter().isAlive(watcher);
    } catch (SQLException e) {
      dropWatcher();
      throw e;
    }
  }

  private void renew() throws SQLException, SnapshotLostException {
    long last = progress.latestPlan(mostPartitions);
    if (made != null) {
      LOG.warn("The session that held the snapshot of plan {} is lost", made.plan().id());
      last = Math.max(last, made.plan().id().epochMillis());
      made.snapshot().close();
    }
    made = maker.make(last);
  }

  private void requirePassing(SQLException e) {
    if (!PostgresServer.passing(e)) {
      throw maker.server().explain(e);
    }
    if (!closed) {
      LOG.warn("Trying again: {}", maker.server().explain(e).getMessage());
    }
  }

  private void fail(MillraceException e) {
    watch.shutdown();
    release();
    context.raiseError(e);
  }

  private void release() {
    PlanMaker.Made last = made;
    made = null;
    if (last != null) {
      last.snapshot().close();
    }
    dropWatcher();
  }

  private void dropWatcher() {
    Connection connection = watcher;
    watcher = null;
    if (connection != null) {
      Sessions.drop(connection);
    }
  }

  /** Ends the snapshot, whatever the watch is doing. */
  @Override
  public void close() {
    closed = true;
    watch.shutdownNow();
    release();
    try {
      if (!watch.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("A plan is still being made; its snapshot will be let go afterwards");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
