package io.millrace.core.change;

import io.millrace.core.MillraceException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a change stands in its source's order. Compares within one {@link Generation} only.
 *
 * @param commit where the source's log has the transaction's commit, unsigned; for Postgres its LSN
 * @param index which row message of the transaction it is, from 0, counted before any filter
 */
public record Position(long commit, long index) implements Comparable<Position> {
  /** Before every change. */
  public static final Position START = new Position(0, 0);

  /** Behind every change of a transaction. */
  public static final long LAST_INDEX = 999_999_999_999_999_999L;

  private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16})\\.(0|[1-9][0-9]{0,17})");
  private static final Comparator<Position> ORDER =
      ((Comparator<Position>) (a, b) -> Long.compareUnsigned(a.commit, b.commit))
          .thenComparingLong(Position::index);

  public Position {
    if (index < 0) {
      throw MillraceException.data(
          "Cannot use %d as a change's index in its transaction: it starts at 0".formatted(index));
    }
  }

  /** Reads what {@link #toString} wrote. */
  public static Position parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      throw MillraceException.data(
          "Cannot parse position \"%s\": expected 16 hex digits, a dot and a whole number, such as 000000162f3002d5.17"
              .formatted(text));
    }
    return new Position(HexFormat.fromHexDigitsToLong(m.group(1)), Long.parseLong(m.group(2)));
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  /** 16 hex digits, a dot, the index. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(commit) + "." + index;
  }
}
