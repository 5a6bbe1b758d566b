package io.millrace.connect.round;

import io.millrace.core.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One Partition of a plan.
 *
 * @param id its ordinal in the plan, {@code 0000} first
 * @param bounds which rows it has
 */
public record PlannedPartition(String id, Bounds bounds) {
  /** The id of the Partition at a place in a plan, from 0. */
  public static String id(int place) {
    return String.format(Locale.ROOT, "%04d", place);
  }

  public static List<PlannedPartition> number(List<Bounds> bounds) {
    var partitions = new ArrayList<PlannedPartition>();
    for (Bounds each : bounds) {
      partitions.add(new PlannedPartition(id(partitions.size()), each));
    }
    return List.copyOf(partitions);
  }
}
