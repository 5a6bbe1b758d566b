package io.millrace.benchmarks.process;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Wall clock and CPU between two moments. */
public final class Meter {
  private final List<Metered> metered;
  private final long start = System.nanoTime();
  private final Map<String, Double> before = new LinkedHashMap<>();
  private final double machineBefore = ProcessFiles.machineSeconds();

  private Meter(List<Metered> metered) {
    this.metered = metered;
    metered.forEach(one -> before.put(one.role(), one.cpuSeconds()));
  }

  /** What happened since the start. */
  public record Reading(double seconds, double machineSeconds, Map<String, Usage> usage) {}

  /** Starts now. */
  public static Meter start(Metered... metered) {
    return new Meter(List.of(metered));
  }

  /** Seconds since the start. */
  public double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Reads all at once; the meter goes on. */
  public Reading read() {
    double seconds = seconds();
    var usage = new LinkedHashMap<String, Usage>();
    for (Metered one : metered) {
      usage.put(
          one.role(), new Usage(one.cpuSeconds() - before.get(one.role()), one.peakMebibytes()));
    }
    return new Reading(seconds, ProcessFiles.machineSeconds() - machineBefore, usage);
  }
}
