package io.millrace.runtime.run;

import java.time.Duration;

/** Tells a run whether it shall end before it is done. */
@FunctionalInterface
public interface Stopping {
  /** Waits this long, or until the run shall end; says whether it shall. */
  boolean within(Duration span) throws InterruptedException;
}
