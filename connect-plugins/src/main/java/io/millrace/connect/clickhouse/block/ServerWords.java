package io.millrace.connect.clickhouse.block;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the server says about an exception that it met after the answer had begun: it comes in place
 * of the next block, and then the answer ends. Newer servers put {@code __exception__} before it.
 */
final class ServerWords {
  private static final Pattern EXCEPTION =
      Pattern.compile("__exception__|Code: \\d+\\.|DB::Exception");

  private static final int LONGEST = 1000;

  private ServerWords() {}

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
