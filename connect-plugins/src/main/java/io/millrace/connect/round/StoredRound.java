package io.millrace.connect.round;

import io.millrace.connect.round.SlotProgress.Outcome;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.core.window.RunRange;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A round as Connect's offsets remember it.
 *
 * @param id the round
 * @param slots what is stored of its Partitions
 */
public record StoredRound(RoundId id, Map<Integer, SlotProgress> slots) {
  public StoredRound {
    slots =
        slots.entrySet().stream()
            .filter(slot -> slot.getValue().round().plan().equals(id.plan()))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Whether each of its Partitions was read or given up. */
  public boolean isComplete() {
    return slots.size() == id.size() && slots.values().stream().allMatch(SlotProgress::isDone);
  }

  /**
   * How far the windows of each stream have come with it: as before it, unless it is complete.
   *
   * @param keep how many windows' rows are remembered
   */
  public Map<String, StreamMark> marks(int keep) {
    if (!isComplete()) {
      return id.marks();
    }
    var marks = new HashMap<>(id.marks());
    slots.values().stream()
        .collect(Collectors.groupingBy(slot -> slot.unit().stream()))
        .forEach(
            (stream, read) -> {
              StreamMark before = marks.getOrDefault(stream, StreamMark.START);
              marks.put(
                  stream,
                  id.range() instanceof RunRange.Between
                      ? afterRange(before, windows(read), keep)
                      : afterTurn(before, windows(read), keep));
            });
    return marks;
  }

  /** Its windows by their first second; none where the table could not be asked. */
  private static SortedMap<Long, List<SlotProgress>> windows(Collection<SlotProgress> read) {
    return read.stream()
        .filter(slot -> !slot.unit().isWhole())
        .collect(
            Collectors.groupingBy(slot -> slot.unit().from(), TreeMap::new, Collectors.toList()));
  }

  private StreamMark afterTurn(
      StreamMark before, SortedMap<Long, List<SlotProgress>> windows, int keep) {
    long through = before.through();
    var recent = new TreeMap<>(before.recent());
    var failed = new TreeSet<>(before.failed());
    for (List<SlotProgress> window : windows.values()) {
      long from = window.get(0).unit().from();
      boolean next = from >= through;
      if (!isFailed(window)) {
        failed.remove(from);
        recent.put(from, rows(window));
      } else if (failed.size() < StreamMark.MOST_FAILED) {
        failed.add(from);
      } else if (next) {
        break;
      }
      through = Math.max(through, window.get(0).unit().to());
    }
    return new StreamMark(
        through, latest(recent, keep), failed, windows.isEmpty(), id.request(), StreamMark.NOTHING);
  }

  /** What was asked for once more changes nothing of what is read in turn, but for its rows. */
  private StreamMark afterRange(
      StreamMark before, SortedMap<Long, List<SlotProgress>> windows, int keep) {
    long requestThrough = StreamMark.NOTHING;
    var recent = new TreeMap<>(before.recent());
    var failed = new TreeSet<>(before.failed());
    for (List<SlotProgress> window : windows.values()) {
      long from = window.get(0).unit().from();
      if (!isFailed(window)) {
        failed.remove(from);
        if (from < before.through()) {
          recent.put(from, rows(window));
        }
      }
      requestThrough = window.get(0).unit().to();
    }
    return new StreamMark(
        before.through(),
        latest(recent, keep),
        failed,
        windows.isEmpty(),
        id.request(),
        requestThrough);
  }

  private static boolean isFailed(List<SlotProgress> window) {
    return window.stream().anyMatch(slot -> slot.outcome() instanceof Outcome.Failed);
  }

  private static long rows(List<SlotProgress> window) {
    return window.stream()
        .map(SlotProgress::outcome)
        .mapToLong(outcome -> outcome instanceof Outcome.Finished finished ? finished.rows() : 0)
        .sum();
  }

  private static SortedMap<Long, Long> latest(SortedMap<Long, Long> recent, int keep) {
    while (recent.size() > keep) {
      recent.remove(recent.firstKey());
    }
    return recent;
  }
}
