package io.millrace.connect.round;

import io.millrace.core.MillraceException;
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
 * Keeps a round that tasks can read: makes it when runs are due, makes another when what it is read
 * under is lost, lets go when all is read.
 *
 * @param <R> a round as the source holds it
 */
public final class RoundKeeper<R extends HeldRound> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RoundKeeper.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final Maker<R> maker;
  private final RunSchedule schedule;
  private final StoredRounds stored;
  private final ConnectorContext context;
  private final InstantSource clock;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(RoundKeeper::thread);

  private long lastPlan;
  private Instant restUntil = Instant.MIN;
  private volatile R made;
  private volatile boolean closed;

  /** Makes rounds. */
  @FunctionalInterface
  public interface Maker<R extends HeldRound> {
    /**
     * Plans what is due; whoever gets the round closes it.
     *
     * @param stored the latest round, null if there was none
     * @param last the millisecond of the latest plan that was made
     * @return nothing if nothing is due
     * @throws MillraceException retriable if trying again may help
     */
    Optional<R> make(StoredRound stored, long last);
  }

  /** A keeper that does nothing yet. */
  public RoundKeeper(
      Maker<R> maker,
      RunSchedule schedule,
      StoredRounds stored,
      ConnectorContext context,
      InstantSource clock) {
    this.maker = maker;
    this.schedule = schedule;
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
    } catch (MillraceException e) {
      if (!e.retriable()) {
        throw e;
      }
      tryAgain(e);
    }
    if (!watch.isShutdown()) {
      var unused =
          watch.scheduleWithFixedDelay(
              this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** The round to be read, if there is one. */
  public Optional<R> round() {
    return Optional.ofNullable(made);
  }

  private void look() {
    try {
      R current = made;
      if (current == null) {
        if (clock.instant().isAfter(restUntil) && plan()) {
          context.requestTaskReconfiguration();
        }
      } else if (isRead(current)) {
        LOG.info("Plan {} is read", current.round().id().plan());
        release();
        context.requestTaskReconfiguration();
      } else if (!current.isHeld()) {
        LOG.warn("What plan {} is read under is lost", current.round().id().plan());
        release();
        plan();
        context.requestTaskReconfiguration();
      }
    } catch (MillraceException e) {
      if (e.retriable()) {
        tryAgain(e);
      } else {
        watch.shutdown();
        release();
        context.raiseError(e);
      }
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
  private boolean isRead(R current) {
    return stored
        .latest()
        .filter(latest -> latest.id().plan().equals(current.round().id().plan()))
        .filter(StoredRound::isComplete)
        .isPresent();
  }

  /** Makes a round of what is due; says whether anything was. */
  private boolean plan() {
    StoredRound last = stored.latest().orElse(null);
    if (schedule.isDone(last)) {
      LOG.info("Plan {} was read to its end: nothing to do", last.id().plan());
      watch.shutdown();
      return false;
    }
    if (schedule.isIdle(last)) {
      restUntil = clock.instant().plus(schedule.rest());
      return false;
    }
    if (last != null) {
      lastPlan = Math.max(lastPlan, last.id().plan().epochMillis());
    }
    Optional<R> next = maker.make(last, lastPlan);
    if (next.isEmpty()) {
      restUntil = clock.instant().plus(schedule.rest());
      return false;
    }
    made = next.get();
    lastPlan = next.get().round().id().plan().epochMillis();
    return true;
  }

  private void tryAgain(MillraceException e) {
    if (!closed) {
      LOG.warn("Trying again: {}", e.getMessage());
    }
  }

  private void release() {
    R last = made;
    made = null;
    if (last != null) {
      last.close();
    }
  }

  /** Lets go of the round, whatever the watch is doing. */
  @Override
  public void close() {
    closed = true;
    watch.shutdownNow();
    release();
    try {
      if (!watch.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("A plan is still being made; it will be let go afterwards");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
