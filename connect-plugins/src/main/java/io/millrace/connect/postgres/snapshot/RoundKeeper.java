package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.round.Agenda;
import io.millrace.connect.postgres.round.Round;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.round.StoredRound;
import io.millrace.connect.round.StoredRounds;
import io.millrace.core.MillraceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.connector.ConnectorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a round that tasks can read: makes it when runs are due, watches the session that holds its
 * snapshot, makes another when that is lost, lets go when all is read.
 */
public final class RoundKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RoundKeeper.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final RoundMaker maker;
  private final Agenda agenda;
  private final StoredRounds stored;
  private final ConnectorContext context;
  private final InstantSource clock;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(RoundKeeper::thread);

  private long lastPlan;
  private Instant restUntil = Instant.MIN;
  private volatile RoundMaker.Made made;
  private volatile Connection watcher;
  private volatile boolean closed;

  /** A keeper that does nothing yet. */
  public RoundKeeper(
      RoundMaker maker,
      Agenda agenda,
      StoredRounds stored,
      ConnectorContext context,
      InstantSource clock) {
    this.maker = maker;
    this.agenda = agenda;
    this.stored = stored;
    this.context = context;
    this.clock = clock;
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "millrace-plan");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Makes the first round, if one is due. A server that cannot be reached is tried again.
   *
   * @throws MillraceException if trying again is no help
   */
  public void start() {
    try {
      plan();
    } catch (SQLException e) {
      requirePassing(e);
    } catch (SnapshotLostException e) {
      LOG.warn("Lost a snapshot while planning: {}", e.getMessage());
    }
    if (!watch.isShutdown()) {
      var unused =
          watch.scheduleWithFixedDelay(
              this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** The round to be read, if there is one. */
  public Optional<Round> round() {
    return Optional.ofNullable(made).map(RoundMaker.Made::round);
  }

  private void look() {
    try {
      if (made == null) {
        if (clock.instant().isAfter(restUntil) && plan()) {
          context.requestTaskReconfiguration();
        }
      } else if (isRead()) {
        LOG.info("Plan {} is read", made.round().id().plan());
        release();
        context.requestTaskReconfiguration();
      } else if (!isHeld()) {
        LOG.warn("The session that held the snapshot of plan {} is lost", made.round().id().plan());
        release();
        plan();
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

  /** This round is; an earlier one of the request may be, should its end be stored late. */
  private boolean isRead() {
    return stored
        .latest()
        .filter(latest -> latest.id().plan().equals(made.round().id().plan()))
        .filter(StoredRound::isComplete)
        .isPresent();
  }

  private boolean isHeld() throws SQLException {
    try {
      if (watcher == null) {
        watcher = maker.server().connect("watch");
      }
      return made.round().snapshot().exporter().isAlive(watcher);
    } catch (SQLException e) {
      dropWatcher();
      throw e;
    }
  }

  /** Makes a round of what is due; says whether anything was. */
  private boolean plan() throws SQLException, SnapshotLostException {
    StoredRound last = stored.latest().orElse(null);
    if (agenda.isDone(last)) {
      LOG.info("Plan {} was read to its end: nothing to do", last.id().plan());
      watch.shutdown();
      return false;
    }
    if (agenda.isIdle(last)) {
      restUntil = clock.instant().plus(agenda.rest());
      return false;
    }
    if (last != null) {
      lastPlan = Math.max(lastPlan, last.id().plan().epochMillis());
    }
    Optional<RoundMaker.Made> next = maker.make(last, lastPlan);
    if (next.isEmpty()) {
      restUntil = clock.instant().plus(agenda.rest());
      return false;
    }
    made = next.get();
    lastPlan = made.round().id().plan().epochMillis();
    return true;
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
    RoundMaker.Made last = made;
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
