package io.millrace.connect.debezium.event;

import java.util.Map;

/**
 * The order in which events come, for sources whose places do not compare: events with one offset
 * are a transaction, and transactions are counted. Records that are no events count for nothing,
 * since they come when they like; and so an event has the same number again whenever the source
 * sends the same events again after an offset.
 */
public final class CountedOrder implements EventOrder {
  /** The places between are for ticks. */
  private static final int STEP = 2;

  private Map<String, ?> latest = Map.of();
  private long reached;
  private long place;
  private long index;

  /**
   * Counts from a number on.
   *
   * @param reached the last number given
   */
  public CountedOrder(long reached) {
    this.reached = reached;
    this.place = reached;
  }

  @Override
  public void take(Map<String, ?> offset, ChangeEvent eventOrNull) {
    boolean same = offset.equals(latest);
    if (eventOrNull == null) {
      place = same ? place : reached + STEP;
      return;
    }
    if (!same) {
      latest = offset;
      reached += STEP;
      index = -1;
    }
    place = reached;
    index++;
  }

  @Override
  public long place() {
    return place;
  }

  @Override
  public long index() {
    return index;
  }

  @Override
  public long reached() {
    return reached;
  }
}
