package io.millrace.connect.debezium.event;

import java.util.Map;

/**
 * Gives events their places: each stands in a transaction, and transactions rise. Between two
 * places of transactions there is always one that is none's, for ticks.
 */
public interface EventOrder {
  /**
   * Takes the next record into account.
   *
   * @param offset the connector's own offset of the record
   * @param eventOrNull the event, null for a record that is none
   * @throws io.millrace.core.MillraceException (SOURCE) if its place lies before the last one
   */
  void take(Map<String, ?> offset, ChangeEvent eventOrNull);

  /**
   * Whether an offset tells an earlier place than was reached. Of a record that is no event it says
   * nothing: servers begin to answer with events that have the place where a file begins.
   */
  default boolean isBehind(Map<String, ?> offset) {
    return false;
  }

  /** The place of the record's transaction: everything before it has come. */
  long place();

  /** Which one of its transaction the event is; rises within it. */
  long index();

  /** What another order begins with, to go on behind the last record. */
  long reached();

  /**
   * The order of the source that has such offsets.
   *
   * @param reached where to go on, 0 for the beginning
   */
  static EventOrder of(Map<String, ?> offset, long reached) {
    return BinlogOrder.has(offset) ? new BinlogOrder(reached) : new CountedOrder(reached);
  }
}
