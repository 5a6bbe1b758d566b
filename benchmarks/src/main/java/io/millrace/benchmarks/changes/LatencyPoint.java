package io.millrace.benchmarks.changes;

import io.millrace.runtime.config.Setting;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Settings on which it depends how soon a change can be read.
 *
 * @param name in result files
 * @param mirror whether it is the table as it is now that is read, instead of every change
 * @param settings of the pipeline, as {@code --set} takes them
 * @param time for how long changes are committed
 */
record LatencyPoint(String name, boolean mirror, List<Setting> settings, Duration time) {
  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofSeconds(45);

  /** From the shortest to what a pipeline has that says nothing. */
  static List<LatencyPoint> all() {
    return List.of(
        changes("changes-200", SHORT, "50ms", "100ms", "200ms"),
        changes("changes-1000", SHORT, "250ms", "1s", "1s"),
        changes("changes-10000", LONG, "1s", "10s", "10s"),
        changes("changes-60000", LONG.multipliedBy(3), "1s", "10s", "1m"),
        mirror("mirror-1000", SHORT, "250ms", "250ms", "1s"),
        mirror("mirror-10000", LONG, "1s", "1s", "10s"));
  }

  private static LatencyPoint changes(
      String name, Duration time, String batchAge, String tick, String cut) {
    return new LatencyPoint(
        name,
        false,
        settings(
            "source.changes.batch_age=" + batchAge,
            "source.changes.tick=" + tick,
            "sinks.0.cut.every=" + cut),
        time);
  }

  private static LatencyPoint mirror(
      String name, Duration time, String batchAge, String tick, String run) {
    return new LatencyPoint(
        name,
        true,
        settings(
            "source.mode=cdc",
            "source.changes.batch_age=" + batchAge,
            "source.changes.tick=" + tick,
            "run.every=" + run,
            "sinks.0.output=mirror",
            "sinks.0.cut.every=10s"),
        time);
  }

  private static List<Setting> settings(String... texts) {
    return Stream.of(texts).map(Setting::parse).toList();
  }
}
