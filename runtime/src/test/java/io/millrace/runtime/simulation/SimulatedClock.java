package io.millrace.runtime.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The time of a world; everybody's clock. */
final class SimulatedClock implements InstantSource {
  static final long BEGINNING = 1_795_000_000_000L;

  private long now = BEGINNING;

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(now);
  }

  @Override
  public long millis() {
    return now;
  }

  void pass(Duration time) {
    now += time.toMillis();
  }
}
