package io.millrace.benchmarks.process;

/**
 * What a process used in a pass.
 *
 * @param cpuSeconds user and system
 * @param peakMebibytes its highest resident memory since its start; 0 where it cannot be told
 */
public record Usage(double cpuSeconds, long peakMebibytes) {
  /** User and system seconds of children that were waited for, of the text of a {@code stat}. */
  public static double ofEndedChildren(String stat) {
    return ProcessFiles.Times.parse(stat).ended();
  }
}
