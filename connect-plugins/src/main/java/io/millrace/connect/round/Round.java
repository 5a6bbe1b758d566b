package io.millrace.connect.round;

import io.millrace.connect.round.SlotProgress.RoundId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Plans of one or more runs, made together and with one id.
 *
 * @param id the round
 * @param tables the tables' names, by stream; none for a query
 * @param units all its Partitions, by slot
 */
public record Round(RoundId id, Map<String, String> tables, List<RoundUnit> units) {
  public Round {
    tables = Map.copyOf(tables);
    units = List.copyOf(units);
  }

  /** The round dealt out to at most so many tasks, each of which has something to do. */
  public List<TaskShare> deal(int tasks) {
    int hands = Math.min(tasks, units.size());
    return IntStream.range(0, hands).mapToObj(hand -> hand(hand, hands)).toList();
  }

  private TaskShare hand(int hand, int hands) {
    var mine = new ArrayList<RoundUnit>();
    var names = new TreeMap<String, String>();
    for (int i = hand; i < units.size(); i += hands) {
      RoundUnit unit = units.get(i);
      mine.add(unit);
      names.put(unit.of().stream(), tables.getOrDefault(unit.of().stream(), ""));
    }
    return new TaskShare(id, names, mine);
  }
}
