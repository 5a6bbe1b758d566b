package io.millrace.connect.debezium.event;

import java.util.Map;

/**
 * The order in which events come, for sources whose places do not compare: events with one offset
 * are a transaction, and transactions are counted. The number is kept with the offset, and so an
 * event has the same one again only if the source sends the same events again after an offset.
 */
public final class CountedOrder implements EventOrder {
  /** The places between are for ticks. */
  private static final int STEP = 2;

  private Map<String, ?> latest;
  private long place;
  private long index;

  /**
   * Counts from a number on.
   *
   * @param reached the last number given
   * @param latest the offset of the events that had it; empty at the beginning
   */
  public CountedOrder(long reached, Map<String, ?> latest) {
    this.place = reached;
    this.latest = Map.copyOf(latest);
  }

  @Override
  public void take(Map<String, ?> offset, ChangeEvent eventOrNull) {
    if (!offset.equals(latest)) {
      latest = offset;
      place += STEP;
      index = -1;
    }
    if (eventOrNull != null) {
      index++;
    }
  }

  @Override
  public long place() {
    return place;
  }

  @Override
  public long index() {
    return index;
  }
}
