package io.millrace.core;

import java.time.Duration;

/** How long tests wait for what is to happen. They ask whether it does, not how soon. */
public final class Patience {
  /** Enough for a machine that does something else at the same time. */
  public static final Duration PATIENCE = Duration.ofMinutes(5);

  private Patience() {}
}
