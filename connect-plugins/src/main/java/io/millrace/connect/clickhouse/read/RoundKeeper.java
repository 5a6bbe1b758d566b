package io.millrace.connect.clickhouse.read;

import io.millrace.connect.round.StoredRound;
import io.millrace.connect.round.StoredRounds;
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

/** Keeps a round for tasks to read: makes it when runs are due, lets go when all is read. */
final class RoundKeeper implements AutoCloseable {
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
  private volatile Round made;
  private volatile boolean closed;

  /** A keeper that does nothing yet. */
  RoundKeeper(
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
  void start() {
    try {
      plan();
    } catch (MillraceException e) {
      requirePassing(e);
    }
    if (!watch.isShutdown()) {
      var unused =
          watch.scheduleWithFixedDelay(
              this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** The round to be read, if there is one. */
  Optional<Round> round() {
    return Optional.ofNullable(made);
  }

  private void look() {
    try {
      if (made == null) {
        if (clock.instant().isAfter(restUntil) && plan()) {
          context.requestTaskReconfiguration();
        }
      } else if (isRead()) {
        LOG.info("Plan {} is read", made.id().plan());
        made = null;
        context.requestTaskReconfiguration();
      }
    } catch (MillraceException e) {
      try {
        requirePassing(e);
      } catch (MillraceException lasting) {
        watch.shutdown();
        made = null;
        context.raiseError(lasting);
      }
    } catch (RuntimeException e) {
      // Connect's offsets do not answer for the moment, or the connector is being stopped.
      if (!closed) {
        LOG.warn("Cannot look after the plan now, trying again", e);
      }
    }
  }

  /** This round is; an earlier one of the request may be, should its end be stored late. */
  private boolean isRead() {
    return stored
        .latest()
        .filter(latest -> latest.id().plan().equals(made.id().plan()))
        .filter(StoredRound::isComplete)
        .isPresent();
  }

  /** Makes a round of what is due; says whether anything was. */
  private boolean plan() {
    StoredRound last = stored.latest().orElse(null);
    if (agenda.schedule().isDone(last)) {
      LOG.info("Plan {} was read to its end: nothing to do", last.id().plan());
      watch.shutdown();
      return false;
    }
    if (last != null) {
      lastPlan = Math.max(lastPlan, last.id().plan().epochMillis());
    }
    Optional<Round> next = maker.make(last, lastPlan);
    if (next.isEmpty()) {
      restUntil = clock.instant().plus(agenda.schedule().rest());
      return false;
    }
    made = next.get();
    lastPlan = made.id().plan().epochMillis();
    return true;
  }

  private void requirePassing(MillraceException e) {
    if (!e.retriable()) {
      throw e;
    }
    if (!closed) {
      LOG.warn("Trying again: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    watch.shutdownNow();
    try {
      if (!watch.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("A plan is still being made; it will be of no use");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
