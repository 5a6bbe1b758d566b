package io.millrace.connect.postgres.round;

import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.TaskShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Plans of one or more runs, made together under one snapshot and with one id. When the snapshot is
 * lost all of them are planned anew.
 *
 * @param id the round
 * @param snapshot what all of it is read under
 * @param fileNodes the files the rows of each table lay in, by stream; none for views and queries
 * @param tables the tables' names, by stream; none for a query
 * @param units all its Partitions, by slot
 */
public record Round(
    RoundId id,
    HeldSnapshot snapshot,
    Map<String, String> fileNodes,
    Map<String, String> tables,
    List<RoundUnit> units) {
  public Round {
    fileNodes = Map.copyOf(fileNodes);
    tables = Map.copyOf(tables);
    units = List.copyOf(units);
  }

  /** The round dealt out to at most so many tasks, each of which has something to do. */
  public List<TaskAssignment> deal(int tasks) {
    int hands = Math.min(tasks, units.size());
    return IntStream.range(0, hands).mapToObj(hand -> hand(hand, hands)).toList();
  }

  private TaskAssignment hand(int hand, int hands) {
    var mine = new ArrayList<RoundUnit>();
    var files = new TreeMap<String, String>();
    var names = new TreeMap<String, String>();
    for (int i = hand; i < units.size(); i += hands) {
      RoundUnit unit = units.get(i);
      String stream = unit.of().stream();
      mine.add(unit);
      files.put(stream, fileNodes.getOrDefault(stream, ""));
      names.put(stream, tables.getOrDefault(stream, ""));
    }
    return new TaskAssignment(new TaskShare(id, names, mine), snapshot, files);
  }
}
