package io.millrace.runtime.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar for a terminal. */
public final class BarProgress implements RunProgress {
  private static final int REFRESH_MILLIS = 200;

  private final PrintStream out;
  private ProgressBar bar;

  /** Draws on {@code out}, a terminal. */
  public BarProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public void step(String what) {
    out.println(what);
  }

  @Override
  public void at(State state, Duration elapsed) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("rows")
              .setInitialMax(state.expectedRows())
              .setUpdateIntervalMillis(REFRESH_MILLIS)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(out))
              .showSpeed()
              .build();
    }
    // The estimate may be short: a bar that stands at its end while rows still move helps nobody.
    if (state.expectedRows() >= 0) {
      bar.maxHint(Math.max(state.expectedRows(), state.rowsRead()));
    }
    bar.stepTo(state.rowsRead());
    bar.setExtraMessage(
        String.format(
            Locale.ROOT,
            " %.1f MB, %s, %d records to go",
            state.bytes() / 1e6,
            state.unitsLoaded(),
            state.lag()));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null; // closing it once more would draw it once more
    }
  }
}
