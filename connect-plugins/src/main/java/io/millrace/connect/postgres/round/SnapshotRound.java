package io.millrace.connect.postgres.round;

import io.millrace.connect.round.Round;
import io.millrace.connect.round.TaskShare;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A round whose plans are made together under one snapshot. When that is lost all of them are
 * planned anew.
 *
 * @param round the round
 * @param snapshot what all of it is read under
 * @param fileNodes the files the rows of each table lay in, by stream; none for views and queries
 */
public record SnapshotRound(Round round, HeldSnapshot snapshot, Map<String, String> fileNodes) {
  public SnapshotRound {
    fileNodes = Map.copyOf(fileNodes);
  }

  /** The round dealt out to at most so many tasks, each of which has something to do. */
  public List<TaskAssignment> deal(int tasks) {
    return round.deal(tasks).stream().map(this::assignment).toList();
  }

  private TaskAssignment assignment(TaskShare share) {
    Map<String, String> files =
        share.tables().keySet().stream()
            .collect(
                Collectors.toMap(
                    Function.identity(), stream -> fileNodes.getOrDefault(stream, "")));
    return new TaskAssignment(share, snapshot, files);
  }
}
