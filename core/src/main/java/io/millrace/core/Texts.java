package io.millrace.core;

/** What the ids have in common: short text that can stand in headers, file names and logs. */
final class Texts {
  private static final int LONGEST = 200;

  private Texts() {}

  /** Refuses a text that is empty, too long, or would not come back from UTF-8 or a file name. */
  static String requirePrintable(String what, String value) {
    if (value.isEmpty() || value.length() > LONGEST) {
      throw MillraceException.data(
          "Cannot use %d characters as %s: 1 to %d are allowed"
              .formatted(value.length(), what, LONGEST));
    }
    if (value.codePoints().anyMatch(Texts::unprintable)) {
      throw MillraceException.data(
          "Cannot use \"%s\" as %s: control characters and lone surrogates are not allowed"
              .formatted(printable(value), what));
    }
    return value;
  }

  private static boolean unprintable(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }

  private static String printable(String value) {
    var text = new StringBuilder();
    value.codePoints().map(c -> unprintable(c) ? '?' : c).forEach(text::appendCodePoint);
    return text.toString();
  }
}
