package io.millrace.core.window;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * The instants at which a zone's clocks show a multiple of some part of a day. Where they are put
 * back, both instants that show it; where they are put forward over it, the instant at which that
 * happens.
 *
 * @param rules the zone's
 * @param every seconds, a divisor of a day
 */
record ClockBoundaries(ZoneRules rules, long every) implements Boundaries {
  @Override
  public long atOrBefore(long second) {
    long latest = second;
    while (true) {
      Instant at = Instant.ofEpochSecond(latest);
      long offset = rules.getOffset(at).getTotalSeconds();
      long shown = Math.floorDiv(latest + offset, every) * every - offset;
      ZoneOffsetTransition change = rules.previousTransition(at.plusSeconds(1));
      if (change == null || shown >= change.toEpochSecond()) {
        return shown;
      } else if (leapsOver(change)) {
        return change.toEpochSecond();
      }
      latest = change.toEpochSecond() - 1;
    }
  }

  @Override
  public long after(long second) {
    long latest = second;
    while (true) {
      Instant at = Instant.ofEpochSecond(latest);
      long offset = rules.getOffset(at).getTotalSeconds();
      long shown = (Math.floorDiv(latest + offset, every) + 1) * every - offset;
      ZoneOffsetTransition change = rules.nextTransition(at);
      if (change == null || shown < change.toEpochSecond()) {
        return shown;
      }
      latest = change.toEpochSecond();
      if (leapsOver(change) || showsMultiple(latest, change.getOffsetAfter())) {
        return latest;
      }
    }
  }

  private boolean showsMultiple(long second, ZoneOffset offset) {
    return Math.floorMod(second + offset.getTotalSeconds(), every) == 0;
  }

  /** Whether the clocks never show one of the multiples because of this change. */
  private boolean leapsOver(ZoneOffsetTransition change) {
    if (change.isOverlap()) {
      return false;
    }
    long from = change.toEpochSecond() + change.getOffsetBefore().getTotalSeconds();
    long to = change.toEpochSecond() + change.getOffsetAfter().getTotalSeconds();
    return Math.floorDiv(from - 1, every) < Math.floorDiv(to - 1, every);
  }
}
