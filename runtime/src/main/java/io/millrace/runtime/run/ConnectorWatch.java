package io.millrace.runtime.run;

import io.millrace.core.MillraceException;
import io.millrace.runtime.connect.ConnectorStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks every second how a connector fares. What Connect has begun goes on without it being asked,
 * so a run outlives a minute without an answer.
 */
final class ConnectorWatch {
  private static final Duration ASK_EVERY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Supplier<Optional<ConnectorStatus>> status;
  private final InstantSource clock;
  private Instant answered;
  private Instant next;

  ConnectorWatch(Supplier<Optional<ConnectorStatus>> status, InstantSource clock) {
    this.status = status;
    this.clock = clock;
    this.answered = clock.instant();
    this.next = answered;
  }

  /**
   * Why the connector has failed; nothing if it has not, if it was asked a moment ago, or if
   * Connect gives no answer now.
   *
   * @throws MillraceException if Connect refuses, or has not answered for a minute
   */
  Optional<String> failure() {
    if (clock.instant().isBefore(next)) {
      return Optional.empty();
    }
    try {
      Optional<ConnectorStatus> found = status.get();
      answered = clock.instant();
      return found.flatMap(ConnectorStatus::failure);
    } catch (MillraceException e) {
      if (!e.retriable() || clock.instant().isAfter(answered.plus(PATIENCE))) {
        throw e;
      }
      return Optional.empty();
    } finally {
      next = clock.instant().plus(ASK_EVERY);
    }
  }
}
