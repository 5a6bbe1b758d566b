package io.millrace.runtime.run;

import java.util.List;

/**
 * What a bounded run has done.
 *
 * @param pipeline its name
 * @param loads one for each stream and sink
 * @param seconds from start to the last published head
 * @param peakMemoryBytes highest resident memory of this process
 */
public record RunSummary(String pipeline, List<Load> loads, double seconds, long peakMemoryBytes) {
  /**
   * One run of a stream in one sink.
   *
   * @param stream the stream's name
   * @param sink the sink's name
   * @param run the RunInstance
   * @param plan the plan that readers see now
   * @param partitions how many units it has
   * @param rowsRead rows as the source counted them
   * @param rowsInKafka rows of the winning attempts' records
   * @param rowsFiltered rows of these that the transforms left out
   * @param rowsInTarget rows counted in the published files themselves
   * @param files how many files
   * @param bytes their length
   * @param folder the folder that holds them all
   */
  public record Load(
      String stream,
      String sink,
      String run,
      String plan,
      int partitions,
      long rowsRead,
      long rowsInKafka,
      long rowsFiltered,
      long rowsInTarget,
      int files,
      long bytes,
      String folder) {

    /** Whether every row that was read is accounted for. */
    public boolean agrees() {
      return rowsRead == rowsInKafka && rowsKept() == rowsInTarget;
    }

    /** Rows that ought to be in the target. */
    public long rowsKept() {
      return rowsInKafka - rowsFiltered;
    }
  }
}
