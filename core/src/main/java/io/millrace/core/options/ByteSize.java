package io.millrace.core.options;

import io.millrace.core.MillraceException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A number of bytes, written as {@code 512k}, {@code 128m} or {@code 2g} (powers of 1024) or plain.
 *
 * @param bytes the number
 */
public record ByteSize(long bytes) {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})([kmg]?)b?");

  /** Reads a size, in either case. */
  public static ByteSize parse(String text) {
    var m = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      throw unreadable(text);
    }
    int shift =
        switch (m.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    long number = Long.parseLong(m.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw unreadable(text);
    }
    return new ByteSize(number << shift);
  }

  private static MillraceException unreadable(String text) {
    return MillraceException.configuration(
        "Cannot read \"%s\" as a size: expected a number with k, m or g, such as 512m"
            .formatted(text));
  }

  @Override
  public String toString() {
    if (bytes > 0 && bytes % (1L << 30) == 0) {
      return (bytes >> 30) + "g";
    }
    if (bytes > 0 && bytes % (1L << 20) == 0) {
      return (bytes >> 20) + "m";
    }
    return bytes > 0 && bytes % (1L << 10) == 0 ? (bytes >> 10) + "k" : Long.toString(bytes);
  }
}
