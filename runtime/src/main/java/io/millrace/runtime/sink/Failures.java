package io.millrace.runtime.sink;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The first failure that no retry helps against; it stops the sink. Thread-safe. */
final class Failures {
  private final AtomicReference<Throwable> first = new AtomicReference<>();
  private final SinkEvents events;
  private volatile boolean stopping;

  Failures(SinkEvents events) {
    this.events = events;
  }

  /** The sink cannot go on. */
  void lasting(Throwable cause) {
    if (!stopping && first.compareAndSet(null, cause)) {
      events.failed(cause);
    }
  }

  /** The sink is being stopped: what breaks now breaks because of that. */
  void stop() {
    stopping = true;
  }

  /** Whether the sink has neither failed nor been stopped. */
  boolean goOn() {
    return !stopping && first.get() == null;
  }

  /** Why the sink stopped, if it did not do so in order. */
  Optional<Throwable> first() {
    return Optional.ofNullable(first.get());
  }
}
