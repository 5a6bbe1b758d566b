package io.millrace.benchmarks.result;

import java.util.Arrays;

/**
 * How late rows were, in seconds.
 *
 * @param median half of them were sooner
 * @param p99 of a hundred rows one was later
 * @param most the latest one
 */
public record Delays(double median, double p99, double most) {
  /** Of each row, in any order. */
  public static Delays of(double[] seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    return new Delays(
        sorted[sorted.length / 2],
        sorted[(int) (sorted.length * 99L / 100)],
        sorted[sorted.length - 1]);
  }
}
