package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.plan.PlannedPartition;
import io.millrace.core.PlanId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One reading of a table.
 *
 * @param id its id
 * @param snapshot the exported snapshot
 * @param exporter the session that holds it
 * @param fileNodes the files the table's rows lay in
 * @param partitions all its Partitions
 */
record SnapshotPlan(
    PlanId id,
    String snapshot,
    BackendId exporter,
    String fileNodes,
    List<PlannedPartition> partitions) {
  SnapshotPlan {
    partitions = List.copyOf(partitions);
  }

  /** The plan dealt out to at most so many tasks, each of which has something to do. */
  List<TaskAssignment> deal(int tasks) {
    int hands = Math.min(tasks, partitions.size());
    return IntStream.range(0, hands).mapToObj(hand -> hand(hand, hands)).toList();
  }

  private TaskAssignment hand(int hand, int hands) {
    var mine = new ArrayList<PlannedPartition>();
    for (int i = hand; i < partitions.size(); i += hands) {
      mine.add(partitions.get(i));
    }
    return new TaskAssignment(id, partitions.size(), snapshot, exporter, fileNodes, mine);
  }
}
