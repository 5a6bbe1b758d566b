package io.millrace.core.wire;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The texts of a record's headers, each read as what it shall be.
 *
 * <p>What is missing or malformed is a MillraceException (DATA) that names the header.
 */
final class HeaderTexts {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
  private static final int SHOWN = 60;

  private final Map<String, String> texts;

  HeaderTexts(Map<String, String> texts) {
    this.texts = texts;
  }

  /**
   * Makes sure that the record is of the version this code reads.
   *
   * @throws MillraceException (DATA) naming the version it has
   */
  void requireVersion(String known) {
    String version = text("millrace.version");
    if (!version.equals(known)) {
      throw MillraceException.data(
          "Cannot read wire version \"%s\": this Millrace reads %s; use the version that wrote it"
              .formatted(shown(version), known));
    }
  }

  /** A header that may be missing. */
  Optional<String> find(String name) {
    return Optional.ofNullable(texts.get(name));
  }

  String hex(String name, int digits) {
    String text = text(name);
    if (text.length() != digits || !HEX.matcher(text).matches()) {
      throw malformed(name, text, "%d hex digits, small letters".formatted(digits));
    }
    return text;
  }

  long number(String name, long least, long most) {
    String text = text(name);
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most && text.equals(Long.toString(number))) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw malformed(name, text, "a whole number from %d to %d".formatted(least, most));
  }

  String name(String name) {
    String text = text(name);
    if (!StreamId.isName(text)) {
      throw malformed(name, text, "a name of a-z, 0-9, _ and -");
    }
    return text;
  }

  <T> T made(String name, Function<String, T> make) {
    String text = text(name);
    try {
      return make.apply(text);
    } catch (MillraceException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read header %s: %s".formatted(name, e.getMessage()),
          e);
    }
  }

  String text(String name) {
    String text = texts.get(name);
    if (text == null) {
      throw MillraceException.data(
          "Cannot read a record without the header %s: is it one of Millrace's?".formatted(name));
    }
    return text;
  }

  static MillraceException malformed(String name, String value, String expected) {
    return MillraceException.data(
        "Cannot read header %s \"%s\": expected %s".formatted(name, shown(value), expected));
  }

  /** A foreign record may hold anything: short, and on one line. */
  private static String shown(String value) {
    String head = value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "...";
    return head.replaceAll("\\p{Cntrl}", "?");
  }
}
