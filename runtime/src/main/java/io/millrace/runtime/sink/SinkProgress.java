package io.millrace.runtime.sink;

import io.millrace.core.Unit;
import io.millrace.core.change.Bucket;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How far a sink has come since this process started.
 *
 * @param records records read, whatever became of them
 * @param bytes bytes of their values
 * @param rows rows in those that were kept to be loaded
 * @param badRecords records that nobody can use
 * @param deadLetters of these written to the topic for them
 * @param units units loaded by this process
 * @param cuts cuts of changes loaded by this process
 * @param loadedRows rows of these in the target
 * @param loadedBytes bytes of these in the target
 * @param keptBytes bytes of batches in memory and on scratch disk, of all sinks of the process
 * @param lanes the TopicPartitions this process works on
 */
public record SinkProgress(
    long records,
    long bytes,
    long rows,
    long badRecords,
    long deadLetters,
    long units,
    long cuts,
    long loadedRows,
    long loadedBytes,
    long keptBytes,
    List<LaneProgress> lanes) {

  /**
   * One TopicPartition.
   *
   * @param topic its topic
   * @param partition its number
   * @param committable offset up to which nothing is left to be done; empty: nothing read yet
   * @param lag records that lie ahead; empty: not known yet
   * @param held units that cannot be loaded from what the log holds, each with the reason
   * @param parked units nobody waits for, each with the reason
   * @param halted buckets of changes that cannot go on, each with the reason
   */
  public record LaneProgress(
      String topic,
      int partition,
      OptionalLong committable,
      OptionalLong lag,
      Map<Unit, String> held,
      Map<Unit, String> parked,
      Map<Bucket, String> halted) {}

  public SinkProgress {
    lanes = List.copyOf(lanes);
  }
}
