package io.millrace.connect.round;

import io.millrace.connect.Commission;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.selection.Relation;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes a round of runs that are divided into Partitions. */
public final class RoundPlanner {
  private static final int REQUEST_LETTERS = 8;
  private static final int RANDOM_LETTERS = 4;

  private final Commission commission;
  private final RunSchedule schedule;
  private final Nonces nonces;

  public RoundPlanner(Commission commission, RunSchedule schedule, Nonces nonces) {
    this.commission = commission;
    this.schedule = schedule;
    this.nonces = nonces;
  }

  /**
   * A run as planned.
   *
   * @param run the run
   * @param size how large it is about, in rows or bytes: the largest are read first
   * @param partitions its Partitions, at least one
   */
  public record PlannedRun<N, T>(DueRun<N, T> run, long size, List<PlannedPartition> partitions) {}

  /**
   * The next plan's id.
   *
   * @param last the millisecond of the latest plan that was made
   * @param now by the source's clock
   */
  public PlanId id(long last, Instant now) {
    return PlanId.after(last, now, nonce());
  }

  private String nonce() {
    String request = commission.request().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    String name = request.isEmpty() ? nonces.next() : request;
    return name.substring(0, Math.min(REQUEST_LETTERS, name.length()))
        + nonces.next().substring(0, RANDOM_LETTERS);
  }

  /**
   * The round of these runs.
   *
   * @param wish what it answers
   * @param stored the latest round, null if there was none
   */
  public <N, T> Round round(
      PlanId plan, Wish wish, StoredRound stored, List<PlannedRun<N, T>> runs) {
    List<RoundUnit> units = units(runs);
    var id =
        new RoundId(
            plan, units.size(), wish.toString(), commission.range(), schedule.marks(stored));
    return new Round(id, names(runs), units);
  }

  private static <N, T> Map<String, String> names(List<PlannedRun<N, T>> runs) {
    var names = new HashMap<String, String>();
    for (PlannedRun<N, T> each : runs) {
      if (each.run().relation() instanceof Relation.Named<N> named) {
        names.put(named.stream(), named.name().toString());
      }
    }
    return names;
  }

  /** Numbered as they are to be read: the largest runs first. */
  private static <N, T> List<RoundUnit> units(List<PlannedRun<N, T>> runs) {
    var largestFirst = new ArrayList<>(runs);
    largestFirst.sort((a, b) -> Long.compare(b.size(), a.size()));
    var units = new ArrayList<RoundUnit>();
    for (PlannedRun<N, T> each : largestFirst) {
      DueRun<N, T> run = each.run();
      String failure = run instanceof DueRun.Unreadable<N, T> lost ? lost.reason() : null;
      int planSize = each.partitions().size();
      for (PlannedPartition partition : each.partitions()) {
        units.add(
            new RoundUnit(
                units.size(), run.unit(), run.run(), planSize, run.bounds(), partition, failure));
      }
    }
    return units;
  }
}
