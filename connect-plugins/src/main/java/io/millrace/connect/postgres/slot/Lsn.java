package io.millrace.connect.postgres.slot;

import io.millrace.core.MillraceException;
import io.millrace.core.change.Position;
import org.postgresql.replication.LogSequenceNumber;

/** Places in the server's log: unsigned numbers, written as {@code 16/3002D50}. */
public final class Lsn {
  private Lsn() {}

  /** Reads what the server writes; 0 for null. */
  public static long parse(String text) {
    if (text == null) {
      return 0;
    }
    LogSequenceNumber lsn = LogSequenceNumber.valueOf(text);
    if (lsn.equals(LogSequenceNumber.INVALID_LSN) && !text.equals("0/0")) {
      throw MillraceException.data(
          "Cannot parse LSN \"%s\": expected two hex numbers such as 16/3002D50".formatted(text));
    }
    return lsn.asLong();
  }

  /** As the server writes it. */
  public static String text(long lsn) {
    return LogSequenceNumber.valueOf(lsn).asString();
  }

  /**
   * The position that stands between all transactions whose commit lies before this place and all
   * others. Records of the log begin at multiples of 8, so no commit lies on the byte before.
   */
  public static Position before(long lsn) {
    return lsn == 0 ? Position.START : new Position(lsn - 1, 0);
  }
}
