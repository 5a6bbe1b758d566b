package io.millrace.connect.round;

import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.SlotProgress.SlotUnit;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.window.RunRange;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One task's share of a round, and how it travels in the task's configuration: as short texts under
 * {@link #PREFIX}.
 *
 * @param round the round
 * @param tables the tables' names, by stream; empty text for a query
 * @param units this task's Partitions
 */
public record TaskShare(RoundId round, Map<String, String> tables, List<RoundUnit> units) {
  /** What the names of all properties of tasks begin with. */
  public static final String PREFIX = "millrace.task.";

  private static final String PLAN = PREFIX + "plan";
  private static final String SIZE = PREFIX + "size";
  private static final String REQUEST = PREFIX + "request";
  private static final String RANGE = PREFIX + "range";
  private static final String MARK = PREFIX + "mark.";
  private static final String TABLE = PREFIX + "table.";
  private static final String SLOTS = PREFIX + "slots";
  private static final String SLOT = PREFIX + "slot.";

  public TaskShare {
    tables = Map.copyOf(tables);
    units = List.copyOf(units);
  }

  /** Dealt out to at most so many hands, each of which has something to do. */
  public List<TaskShare> deal(int most) {
    int hands = Math.min(most, units.size());
    return IntStream.range(0, hands).mapToObj(hand -> hand(hand, hands)).toList();
  }

  private TaskShare hand(int hand, int hands) {
    List<RoundUnit> mine =
        IntStream.range(0, units.size())
            .filter(i -> i % hands == hand)
            .mapToObj(units::get)
            .toList();
    var names = new TreeMap<String, String>();
    mine.forEach(
        unit -> names.put(unit.of().stream(), tables.getOrDefault(unit.of().stream(), "")));
    return new TaskShare(round, names, mine);
  }

  /** As texts. */
  public Map<String, String> toProperties() {
    var texts = new LinkedHashMap<String, String>();
    texts.put(PLAN, round.plan().toString());
    texts.put(SIZE, Integer.toString(round.size()));
    texts.put(REQUEST, round.request());
    texts.put(RANGE, round.range().toString());
    round.marks().forEach((stream, mark) -> texts.put(MARK + stream, mark.toString()));
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
  public static TaskShare of(Map<String, String> texts) {
    var marks = new TreeMap<String, StreamMark>();
    below(texts, MARK).forEach((stream, mark) -> marks.put(stream, StreamMark.parse(mark)));
    var round =
        new RoundId(
            PlanId.parse(text(texts, PLAN)),
            Integer.parseInt(text(texts, SIZE)),
            text(texts, REQUEST),
            RunRange.parse(text(texts, RANGE)),
            marks);
    return new TaskShare(
        round,
        below(texts, TABLE),
        Arrays.stream(text(texts, SLOTS).split(","))
            .map(slot -> unit(Integer.parseInt(slot), texts))
            .toList());
  }

  /** The texts whose names begin so, by the rest of their names. */
  public static Map<String, String> below(Map<String, String> texts, String prefix) {
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

  /**
   * A text that has to be there.
   *
   * @throws MillraceException (PROTOCOL) if it is not
   */
  public static String text(Map<String, String> texts, String key) {
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
