package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.plan.PlannedPartition;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one task has to read of a plan, and how it travels in the task's configuration: as short
 * texts under {@code millrace.task.}.
 *
 * @param plan the plan
 * @param planSize how many Partitions the whole plan has
 * @param snapshot the exported snapshot
 * @param exporter the session that holds it
 * @param fileNodes the files the table's rows lay in when it was planned
 * @param partitions this task's Partitions
 */
record TaskAssignment(
    PlanId plan,
    int planSize,
    String snapshot,
    BackendId exporter,
    String fileNodes,
    List<PlannedPartition> partitions) {
  private static final String PREFIX = "millrace.task.";
  private static final String PLAN = PREFIX + "plan";
  private static final String PLAN_SIZE = PREFIX + "plan-size";
  private static final String SNAPSHOT = PREFIX + "snapshot";
  private static final String EXPORTER_PID = PREFIX + "exporter-pid";
  private static final String EXPORTER_START = PREFIX + "exporter-start";
  private static final String FILE_NODES = PREFIX + "file-nodes";
  private static final String PARTITIONS = PREFIX + "partitions";
  private static final String BOUNDS = PREFIX + "bounds.";

  TaskAssignment {
    partitions = List.copyOf(partitions);
  }

  /** As texts. */
  Map<String, String> toProperties() {
    var texts = new LinkedHashMap<String, String>();
    texts.put(PLAN, plan.toString());
    texts.put(PLAN_SIZE, Integer.toString(planSize));
    texts.put(SNAPSHOT, snapshot);
    texts.put(EXPORTER_PID, Integer.toString(exporter.pid()));
    texts.put(EXPORTER_START, exporter.startedAt());
    texts.put(FILE_NODES, fileNodes);
    texts.put(
        PARTITIONS, partitions.stream().map(PlannedPartition::id).collect(Collectors.joining(",")));
    partitions.forEach(partition -> put(BOUNDS + partition.id(), partition.bounds(), texts));
    return texts;
  }

  private static void put(String key, Bounds bounds, Map<String, String> texts) {
    if (bounds instanceof Bounds.Range range) {
      texts.put(key, "range");
      texts.put(key + ".column", range.column());
      range.from().ifPresent(from -> texts.put(key + ".from", from));
      range.to().ifPresent(to -> texts.put(key + ".to", to));
    } else if (bounds instanceof Bounds.Nulls nulls) {
      texts.put(key, "nulls");
      texts.put(key + ".column", nulls.column());
    } else {
      texts.put(key, "everything");
    }
  }

  /** Reads what {@link #toProperties} wrote. */
  static TaskAssignment of(Map<String, String> texts) {
    return new TaskAssignment(
        PlanId.parse(text(texts, PLAN)),
        Integer.parseInt(text(texts, PLAN_SIZE)),
        text(texts, SNAPSHOT),
        new BackendId(Integer.parseInt(text(texts, EXPORTER_PID)), text(texts, EXPORTER_START)),
        text(texts, FILE_NODES),
        Arrays.stream(text(texts, PARTITIONS).split(","))
            .map(id -> new PlannedPartition(id, bounds(texts, BOUNDS + id)))
            .toList());
  }

  private static Bounds bounds(Map<String, String> texts, String key) {
    return switch (text(texts, key)) {
      case "range" ->
          new Bounds.Range(
              text(texts, key + ".column"), texts.get(key + ".from"), texts.get(key + ".to"));
      case "nulls" -> new Bounds.Nulls(text(texts, key + ".column"));
      case "everything" -> new Bounds.Everything();
      default -> throw misconfigured(key);
    };
  }

  private static String text(Map<String, String> texts, String key) {
    String text = texts.get(key);
    if (text == null) {
      throw misconfigured(key);
    }
    return text;
  }

  private static MillraceException misconfigured(String key) {
    return MillraceException.lasting(
        MillraceException.Category.PROTOCOL,
        "Cannot start a task with this %s: tasks are configured by their connector".formatted(key));
  }
}
