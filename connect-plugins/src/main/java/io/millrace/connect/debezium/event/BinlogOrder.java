package io.millrace.connect.debezium.event;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.util.Map;

/**
 * The order of a server's binary log (MariaDB, MySQL). A transaction's place is where the log has
 * its beginning: the number of the file, times 2^32, plus the offset in it, which fits since a
 * server goes on in a new file between transactions from 1 GiB on. An event's index is the number
 * of the log's event within the transaction, whoever wants it, and of the row in it. A snapshot's
 * rows lie right before the first place that they are as of.
 */
public final class BinlogOrder implements EventOrder {
  private static final int FILE_SHIFT = 32;
  private static final int EVENT_SHIFT = 31;

  /** A key that changes is two events of one row. */
  private static final int PARTS = 2;

  /** The place before one is a tick's. */
  private static final int SNAPSHOT_DISTANCE = 2;

  private long place;
  private long index;
  private long latestRow = -1;

  /**
   * The order from a place on.
   *
   * @param reached no later place may lie before it
   */
  public BinlogOrder(long reached) {
    this.place = reached;
  }

  /** Whether an offset tells a place in a binary log. */
  static boolean has(Map<String, ?> offset) {
    return offset.get("file") != null && offset.get("pos") instanceof Number;
  }

  @Override
  public boolean isBehind(Map<String, ?> offset) {
    return placeOf(offset) < place;
  }

  @Override
  public void take(Map<String, ?> offset, ChangeEvent eventOrNull) {
    boolean ofSnapshot = eventOrNull != null && eventOrNull.isOfSnapshot();
    long next = placeOf(offset) - (ofSnapshot ? SNAPSHOT_DISTANCE : 0);
    if (eventOrNull == null && SnapshotState.isRunning(offset)) {
      return;
    }
    if (next < place) {
      throw MillraceException.lasting(
          Category.SOURCE,
          "The server's binary log goes back, from %s to %s: it was reset, or another server answers. Connect the one it was, or begin anew: millrace drop FILE --slot"
              .formatted(text(place), text(next)));
    }
    if (next > place) {
      index = -1;
      latestRow = -1;
    }
    place = next;
    if (ofSnapshot) {
      index++;
    } else if (eventOrNull != null) {
      long row = (number(offset, "event") << EVENT_SHIFT) + eventOrNull.row() * PARTS;
      index = row == latestRow ? index + 1 : row;
      latestRow = row;
    }
  }

  private static long placeOf(Map<String, ?> offset) {
    String file = String.valueOf(offset.get("file"));
    try {
      long number = Long.parseLong(file.substring(file.lastIndexOf('.') + 1));
      return (number << FILE_SHIFT) + number(offset, "pos");
    } catch (NumberFormatException e) {
      throw MillraceException.lasting(
          Category.PROTOCOL,
          "Cannot read a place in the binary log: the connector's offset names file \"%s\", and a number was expected after its last dot"
              .formatted(file),
          e);
    }
  }

  private static long number(Map<String, ?> offset, String key) {
    return offset.get(key) instanceof Number number ? number.longValue() : 0;
  }

  private static String text(long place) {
    return "file %d, offset %d".formatted(place >>> FILE_SHIFT, place & 0xffff_ffffL);
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
    return place;
  }
}
