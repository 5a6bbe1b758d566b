package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.snapshot.SlotProgress.Outcome;
import io.millrace.connect.postgres.snapshot.SlotProgress.RoundId;
import io.millrace.core.window.RunRange;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A round as Connect's offsets remember it.
 *
 * @param id the round
 * @param slots what is stored of its Partitions
 */
record StoredRound(RoundId id, Map<Integer, SlotProgress> slots) {
  StoredRound {
    slots =
        slots.entrySet().stream()
            .filter(slot -> slot.getValue().round().plan().equals(id.plan()))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Whether each of its Partitions was read or given up. */
  boolean isComplete() {
    return slots.size() == id.size() && slots.values().stream().allMatch(SlotProgress::isDone);
  }

  /**
   * How far the windows of each stream have come with it: as before it, unless it is complete.
   *
   * @param range what its request asked for
   * @param keep how many windows' rows are remembered
   */
  Map<String, StreamMark> marks(RunRange range, int keep) {
    if (!isComplete()) {
      return id.marks();
    }
    var marks = new HashMap<>(id.marks());
    slots.values().stream()
        .collect(Collectors.groupingBy(slot -> slot.unit().stream()))
        .forEach(
            (stream, read) ->
                marks.put(
                    stream,
                    after(marks.getOrDefault(stream, StreamMark.START), read, range, keep)));
    return marks;
  }

  private StreamMark after(
      StreamMark before, Collection<SlotProgress> read, RunRange range, int keep) {
    SortedMap<Long, List<SlotProgress>> windows =
        read.stream()
            .collect(
                Collectors.groupingBy(
                    slot -> slot.unit().from(), TreeMap::new, Collectors.toList()));
    boolean inTurn = !(range instanceof RunRange.Between);
    boolean failed = false;
    long through = before.through();
    long requestThrough = StreamMark.NOTHING;
    SortedMap<Long, Long> recent = new TreeMap<>(before.recent());
    for (List<SlotProgress> window : windows.values()) {
      long from = window.get(0).unit().from();
      long to = window.get(0).unit().to();
      if (window.stream().anyMatch(slot -> slot.outcome() instanceof Outcome.Failed)) {
        failed = true;
        continue;
      }
      if (inTurn && !failed && from >= through) {
        through = to;
      }
      if (from < through) {
        recent.put(from, window.stream().mapToLong(StoredRound::rows).sum());
      }
      requestThrough = to;
    }
    while (recent.size() > keep) {
      recent.remove(recent.firstKey());
    }
    return new StreamMark(
        through, recent, id.request(), inTurn ? StreamMark.NOTHING : requestThrough, failed);
  }

  private static long rows(SlotProgress slot) {
    return slot.outcome() instanceof Outcome.Finished finished ? finished.rows() : 0;
  }
}
