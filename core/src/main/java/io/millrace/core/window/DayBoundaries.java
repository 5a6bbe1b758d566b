package io.millrace.core.window;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * The first instants of every so many local days. Where the clock passes midnight twice the first
 * time counts; a day that the zone left out has no instant of its own, and no boundary.
 *
 * @param zone whose days
 * @param every days between two boundaries
 * @param origin a day with a boundary, counted from 1970-01-01
 */
record DayBoundaries(ZoneId zone, long every, long origin) implements Boundaries {
  @Override
  public long atOrBefore(long second) {
    return start(index(second));
  }

  @Override
  public long after(long second) {
    return start(index(second) + 1);
  }

  /**
   * Counts the boundaries. The local date leads to a neighbour at least: around a clock put back
   * over midnight an instant can show the day before that of its boundary.
   */
  private long index(long second) {
    LocalDate day = Instant.ofEpochSecond(second).atZone(zone).toLocalDate();
    long index = Math.floorDiv(day.toEpochDay() - origin, every);
    while (start(index) > second) {
      index--;
    }
    while (start(index + 1) <= second) {
      index++;
    }
    return index;
  }

  private long start(long index) {
    return LocalDate.ofEpochDay(origin + index * every).atStartOfDay(zone).toEpochSecond();
  }
}
