package io.millrace.runtime.run;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Lines for logs and pipes: one a step, one every few seconds while rows move. */
public final class PlainProgress implements RunProgress {
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final PrintWriter out;
  private Duration shown = Duration.ZERO;

  /** Writes to {@code out}. */
  public PlainProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void step(String what) {
    out.println(what);
  }

  @Override
  public void at(State state, Duration elapsed) {
    if (elapsed.minus(shown).compareTo(EVERY) < 0) {
      return;
    }
    shown = elapsed;
    double seconds = elapsed.toMillis() / 1000.0;
    out.printf(
        Locale.ROOT,
        "%5.1f s  %,d rows read, %,d loaded, %s, %.1f MB, %,.0f rows/s, %d records to go%n",
        seconds,
        state.rowsRead(),
        state.rowsLoaded(),
        state.unitsLoaded(),
        state.bytes() / 1e6,
        state.rowsRead() / seconds,
        state.lag());
  }

  @Override
  public void close() {}
}
