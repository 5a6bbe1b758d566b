package io.millrace.connect.postgres.round;

import io.millrace.connect.postgres.server.BackendId;
import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.TaskShare;
import io.millrace.core.PlanId;
import io.millrace.core.change.Position;
import io.millrace.core.change.SnapshotPoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one task has to read of a round, and how it travels in the task's configuration: as short
 * texts under {@link TaskShare#PREFIX}.
 *
 * @param share the round, its tables' names, and this task's Partitions
 * @param snapshot what all of it is read under
 * @param fileNodes the files the rows of each table lay in when it was planned, by stream; empty
 *     text where there are none
 */
public record TaskAssignment(
    TaskShare share, HeldSnapshot snapshot, Map<String, String> fileNodes) {
  private static final String SNAPSHOT = TaskShare.PREFIX + "snapshot";
  private static final String EXPORTER_PID = TaskShare.PREFIX + "exporter-pid";
  private static final String EXPORTER_START = TaskShare.PREFIX + "exporter-start";
  private static final String GENERATION = TaskShare.PREFIX + "generation";
  private static final String POINT = TaskShare.PREFIX + "point";
  private static final String FILE_NODES = TaskShare.PREFIX + "file-nodes.";

  public TaskAssignment {
    fileNodes = Map.copyOf(fileNodes);
  }

  /** The round. */
  public RoundId round() {
    return share.round();
  }

  /** The tables' names, by stream; empty text for a query. */
  public Map<String, String> tables() {
    return share.tables();
  }

  /** This task's Partitions. */
  public List<RoundUnit> units() {
    return share.units();
  }

  /** As texts. */
  public Map<String, String> toProperties() {
    var texts = new LinkedHashMap<>(share.toProperties());
    texts.put(SNAPSHOT, snapshot.id());
    texts.put(EXPORTER_PID, Integer.toString(snapshot.exporter().pid()));
    texts.put(EXPORTER_START, snapshot.exporter().startedAt());
    SnapshotPoint point = snapshot.pointOrNull();
    if (point != null) {
      texts.put(GENERATION, point.generation().toString());
      texts.put(POINT, point.position().toString());
    }
    fileNodes.forEach((stream, files) -> texts.put(FILE_NODES + stream, files));
    return texts;
  }

  /** Reads what {@link #toProperties} wrote. */
  public static TaskAssignment of(Map<String, String> texts) {
    return new TaskAssignment(
        TaskShare.of(texts), snapshot(texts), TaskShare.below(texts, FILE_NODES));
  }

  private static HeldSnapshot snapshot(Map<String, String> texts) {
    return new HeldSnapshot(
        TaskShare.text(texts, SNAPSHOT),
        new BackendId(
            Integer.parseInt(TaskShare.text(texts, EXPORTER_PID)),
            TaskShare.text(texts, EXPORTER_START)),
        texts.containsKey(POINT)
            ? new SnapshotPoint(
                PlanId.parse(TaskShare.text(texts, GENERATION)),
                Position.parse(TaskShare.text(texts, POINT)))
            : null);
  }

  /** Whether a task's configuration tells it what to read of a round. */
  public static boolean isIn(Map<String, String> texts) {
    return texts.containsKey(SNAPSHOT);
  }
}
