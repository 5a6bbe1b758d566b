package io.millrace.connect.round;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.window.RunRange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far a Partition of a round has come: what Connect stores as the offset of its records.
 *
 * @param round the round it was read in
 * @param unit which of its Partitions
 * @param attempt which reading of the Partition it was
 * @param outcome how it ended, or that it has not
 */
public record SlotProgress(RoundId round, SlotUnit unit, int attempt, Outcome outcome) {
  private static final String PLAN = "plan";
  private static final String SIZE = "size";
  private static final String REQUEST = "request";
  private static final String RANGE = "range";
  private static final String STREAM = "stream";
  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String ATTEMPT = "attempt";
  private static final String ROWS = "rows";
  private static final String FAILURE = "failure";
  private static final String MARK = "mark.";

  /**
   * The round, as each of its Partitions remembers it.
   *
   * @param plan the id of its plans
   * @param size how many Partitions it has
   * @param request the wish that it answers
   * @param range which windows that asked for
   * @param marks how far the windows of each stream had come before it; none where there are none
   */
  public record RoundId(
      PlanId plan, int size, String request, RunRange range, Map<String, StreamMark> marks) {
    public RoundId {
      marks = Map.copyOf(marks);
    }
  }

  /**
   * Whose rows.
   *
   * @param stream the stream's name
   * @param from the second its window begins at; equal to {@code to} where there is no window
   * @param to the second its window ends before
   */
  public record SlotUnit(String stream, long from, long to) {
    /** All of a stream, where there is no window. */
    public static SlotUnit whole(String stream) {
      return new SlotUnit(stream, 0, 0);
    }

    boolean isWhole() {
      return from == to;
    }
  }

  /** How a reading ended. */
  public sealed interface Outcome {
    /** It has not ended. */
    record Begun() implements Outcome {}

    /** Its end was delivered. */
    record Finished(long rows) implements Outcome {}

    /** It was given up. */
    record Failed(String reason) implements Outcome {}
  }

  public boolean isDone() {
    return !(outcome instanceof Outcome.Begun);
  }

  /** The same when its end was delivered. */
  public SlotProgress finished(long rows) {
    return new SlotProgress(round, unit, attempt, new Outcome.Finished(rows));
  }

  /** The same when it was given up. */
  public SlotProgress failed(String reason) {
    return new SlotProgress(round, unit, attempt, new Outcome.Failed(reason));
  }

  /** As an offset. */
  public Map<String, Object> toOffset() {
    var offset = new LinkedHashMap<String, Object>();
    offset.put(PLAN, round.plan().toString());
    offset.put(SIZE, round.size());
    offset.put(REQUEST, round.request());
    offset.put(RANGE, round.range().toString());
    offset.put(STREAM, unit.stream());
    offset.put(FROM, unit.from());
    offset.put(TO, unit.to());
    offset.put(ATTEMPT, attempt);
    if (outcome instanceof Outcome.Finished finished) {
      offset.put(ROWS, finished.rows());
    } else if (outcome instanceof Outcome.Failed failed) {
      offset.put(FAILURE, failed.reason());
    }
    round.marks().forEach((stream, mark) -> offset.put(MARK + stream, mark.toString()));
    return offset;
  }

  /** Reads an offset, null if none is stored. */
  public static Optional<SlotProgress> of(Map<String, Object> offset) {
    if (offset == null) {
      return Optional.empty();
    }
    try {
      var round =
          new RoundId(
              PlanId.parse((String) offset.get(PLAN)),
              (int) number(offset, SIZE),
              (String) offset.get(REQUEST),
              RunRange.parse((String) offset.get(RANGE)),
              marks(offset));
      var unit =
          new SlotUnit((String) offset.get(STREAM), number(offset, FROM), number(offset, TO));
      return Optional.of(
          new SlotProgress(round, unit, (int) number(offset, ATTEMPT), outcome(offset)));
    } catch (ClassCastException | NullPointerException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read the connector's stored offset %s: reset its offsets".formatted(offset),
          e);
    }
  }

  private static long number(Map<String, Object> offset, String key) {
    return ((Number) offset.get(key)).longValue();
  }

  private static Outcome outcome(Map<String, Object> offset) {
    if (offset.get(ROWS) instanceof Number rows) {
      return new Outcome.Finished(rows.longValue());
    }
    return offset.get(FAILURE) instanceof String reason
        ? new Outcome.Failed(reason)
        : new Outcome.Begun();
  }

  private static Map<String, StreamMark> marks(Map<String, Object> offset) {
    var marks = new LinkedHashMap<String, StreamMark>();
    offset.forEach(
        (key, text) -> {
          if (key.startsWith(MARK)) {
            marks.put(key.substring(MARK.length()), StreamMark.parse((String) text));
          }
        });
    return marks;
  }
}
