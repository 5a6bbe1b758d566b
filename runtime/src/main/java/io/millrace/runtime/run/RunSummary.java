package io.millrace.runtime.run;

import io.millrace.core.Unit;
import java.util.List;
import java.util.Map;

/**
 * What a bounded run has done.
 *
 * @param pipeline its name
 * @param loads one for each stream and sink that has all of it
 * @param held the units that the others lack, each with the reason
 * @param deadLetters records that the sinks could not use: they lie in the pipeline's topic of dead
 *     letters
 * @param seconds from start to the last published head
 * @param peakMemoryBytes highest resident memory of this process
 */
public record RunSummary(
    String pipeline,
    List<Load> loads,
    Map<Unit, String> held,
    long deadLetters,
    double seconds,
    long peakMemoryBytes) {
  /** Whether all is where it belongs. */
  public boolean succeeded() {
    return held.isEmpty() && agrees();
  }

  /** Whether the counts of what was loaded agree. */
  public boolean agrees() {
    return loads.stream().allMatch(Load::agrees);
  }

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
   * @param folder the folder that holds them all; empty if none does
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
