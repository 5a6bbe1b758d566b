package io.millrace.connect.clickhouse.block;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the server says about an exception that it met after the answer had begun: it comes in place
 * of the next block, and then the answer ends. Newer servers put {@code __exception__} before it.
 */
public final class ServerWords {
  private static final Pattern EXCEPTION =
      Pattern.compile("__exception__|Code: \\d+\\.|DB::Exception");

  private static final int LONGEST = 1000;
  private static final int SHOWN = 8 << 10;

  private ServerWords() {}

  /**
   * What a piece of an answer that cannot be read means.
   *
   * @param where it lies, for people
   * @param in stands there
   * @return passing if the answer broke off, or if the server says why it ended it
   */
  public static MillraceException explain(String where, UnreadableBlock e, NativeInput in) {
    String message = "Cannot read %s: %s".formatted(where, e.getMessage());
    if (e.cause() == UnreadableBlock.Cause.UNREPRESENTABLE) {
      return MillraceException.lasting(Category.DATA, message, e);
    }
    Optional<String> words = in(in.around(SHOWN));
    if (words.isPresent()) {
      return MillraceException.passing(
          Category.SOURCE, message + "; the server says: " + words.get(), e);
    }
    return e.cause() == UnreadableBlock.Cause.ENDED
        ? MillraceException.passing(Category.SOURCE, message, e)
        : MillraceException.lasting(Category.DATA, message, e);
  }

  /** The words that a piece of the answer holds, if it holds any. */
  static Optional<String> in(String piece) {
    Matcher found = EXCEPTION.matcher(piece);
    if (!found.find()) {
      return Optional.empty();
    }
    String words = piece.substring(found.start());
    return Optional.of(
        words
            .substring(0, Math.min(LONGEST, words.length()))
            .replaceAll("\\p{Cntrl}+", " ")
            .strip());
  }
}
