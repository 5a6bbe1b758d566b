package io.millrace.connect.postgres.round;

import io.millrace.connect.postgres.plan.PlannedPartition;
import io.millrace.connect.postgres.round.SlotProgress.RoundId;
import io.millrace.connect.postgres.round.SlotProgress.SlotUnit;
import io.millrace.connect.postgres.server.BackendId;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.change.Position;
import io.millrace.core.change.SnapshotPoint;
import io.millrace.core.window.RunRange;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one task has to read of a round, and how it travels in the task's configuration: as short
 * texts under {@code millrace.task.}.
 *
 * @param round the round
 * @param snapshot what all of it is read under
 * @param fileNodes the files the rows of each table lay in when it was planned, by stream; empty
 *     text where there are none
 * @param tables the tables' names, by stream; empty text for a query
 * @param units this task's Partitions
 */
public record TaskAssignment(
    RoundId round,
    HeldSnapshot snapshot,
    Map<String, String> fileNodes,
    Map<String, String> tables,
    List<RoundUnit> units) {
  private static final String PREFIX = "millrace.task.";
  private static final String PLAN = PREFIX + "plan";
  private static final String SIZE = PREFIX + "size";
  private static final String REQUEST = PREFIX + "request";
  private static final String RANGE = PREFIX + "range";
  private static final String MARK = PREFIX + "mark.";
  private static final String SNAPSHOT = PREFIX + "snapshot";
  private static final String EXPORTER_PID = PREFIX + "exporter-pid";
  private static final String EXPORTER_START = PREFIX + "exporter-start";
  private static final String GENERATION = PREFIX + "generation";
  private static final String POINT = PREFIX + "point";
  private static final String FILE_NODES = PREFIX + "file-nodes.";
  private static final String TABLE = PREFIX + "table.";
  private static final String SLOTS = PREFIX + "slots";
  private static final String SLOT = PREFIX + "slot.";

  public TaskAssignment {
    fileNodes = Map.copyOf(fileNodes);
    tables = Map.copyOf(tables);
    units = List.copyOf(units);
  }

  /** As texts. */
  public Map<String, String> toProperties() {
    var texts = new LinkedHashMap<String, String>();
    texts.put(PLAN, round.plan().toString());
    texts.put(SIZE, Integer.toString(round.size()));
    texts.put(REQUEST, round.request());
    texts.put(RANGE, round.range().toString());
    round.marks().forEach((stream, mark) -> texts.put(MARK + stream, mark.toString()));
    texts.put(SNAPSHOT, snapshot.id());
    texts.put(EXPORTER_PID, Integer.toString(snapshot.exporter().pid()));
    texts.put(EXPORTER_START, snapshot.exporter().startedAt());
    SnapshotPoint point = snapshot.pointOrNull();
    if (point != null) {
      texts.put(GENERATION, point.generation().toString());
      texts.put(POINT, point.position().toString());
    }
    fileNodes.forEach((stream, files) -> texts.put(FILE_NODES + stream, files));
    tables.forEach((stream, table) -> texts.put(TABLE + stream, table));
    texts.put(
        SLOTS,
        units.stream().map(unit -> Integer.toString(unit.slot())).collect(Collectors.joining(",")));
    units.forEach(unit -> put(SLOT + unit.slot(), unit, texts));
    return texts;
  }

  private static void put(String key, RoundUnit unit, Map<String, String> texts) {
    texts.put(key + ".stream", unit.of().stream());
    texts.put(key + ".from", Long.toString(unit.of().from()));
    texts.put(key + ".to", Long.toString(unit.of().to()));
    texts.put(key + ".run", unit.run().value());
    texts.put(key + ".plan-size", Integer.toString(unit.planSize()));
    texts.put(key + ".partition", unit.partition().id());
    put(key + ".window", unit.window(), texts);
    put(key + ".bounds", unit.partition().bounds(), texts);
    unit.failure().ifPresent(reason -> texts.put(key + ".failure", reason));
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
  public static TaskAssignment of(Map<String, String> texts) {
    var marks = new TreeMap<String, StreamMark>();
    below(texts, MARK).forEach((stream, mark) -> marks.put(stream, StreamMark.parse(mark)));
    var round =
        new RoundId(
            PlanId.parse(text(texts, PLAN)),
            Integer.parseInt(text(texts, SIZE)),
            text(texts, REQUEST),
            RunRange.parse(text(texts, RANGE)),
            marks);
    return new TaskAssignment(
        round,
        snapshot(texts),
        below(texts, FILE_NODES),
        below(texts, TABLE),
        Arrays.stream(text(texts, SLOTS).split(","))
            .map(slot -> unit(Integer.parseInt(slot), texts))
            .toList());
  }

  private static HeldSnapshot snapshot(Map<String, String> texts) {
    return new HeldSnapshot(
        text(texts, SNAPSHOT),
        new BackendId(Integer.parseInt(text(texts, EXPORTER_PID)), text(texts, EXPORTER_START)),
        texts.containsKey(POINT)
            ? new SnapshotPoint(
                PlanId.parse(text(texts, GENERATION)), Position.parse(text(texts, POINT)))
            : null);
  }

  /** Whether a task's configuration tells it what to read of a round. */
  public static boolean isIn(Map<String, String> texts) {
    return texts.containsKey(PLAN);
  }

  private static Map<String, String> below(Map<String, String> texts, String prefix) {
    var found = new TreeMap<String, String>();
    texts.forEach(
        (key, text) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), text);
          }
        });
    return found;
  }

  private static RoundUnit unit(int slot, Map<String, String> texts) {
    String key = SLOT + slot;
    return new RoundUnit(
        slot,
        new SlotUnit(
            text(texts, key + ".stream"),
            Long.parseLong(text(texts, key + ".from")),
            Long.parseLong(text(texts, key + ".to"))),
        new RunId(text(texts, key + ".run")),
        Integer.parseInt(text(texts, key + ".plan-size")),
        bounds(texts, key + ".window"),
        new PlannedPartition(text(texts, key + ".partition"), bounds(texts, key + ".bounds")),
        texts.get(key + ".failure"));
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
