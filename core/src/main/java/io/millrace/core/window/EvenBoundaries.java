package io.millrace.core.window;

/**
 * The boundaries of a line without leaps: one every so many seconds.
 *
 * @param every seconds between two of them
 * @param origin one of them
 */
record EvenBoundaries(long every, long origin) implements Boundaries {
  @Override
  public long atOrBefore(long second) {
    return origin + Math.floorDiv(second - origin, every) * every;
  }

  @Override
  public long after(long second) {
    return atOrBefore(second) + every;
  }
}
