package io.millrace.connect.round;

import io.millrace.connect.round.SlotProgress.RoundId;
import java.util.List;
import java.util.Map;

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
    return new TaskShare(id, tables, units).deal(tasks);
  }
}
