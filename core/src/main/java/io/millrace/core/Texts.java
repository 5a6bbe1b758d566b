package io.millrace.core;

/** What the ids have in common: short text that can stand in headers, file names and logs. */
final class Texts {
  private static final int LONGEST = 200;

  private Texts() {}

  static String requirePrintable(String what, String value) {
    if (value.isEmpty() || value.length() > LONGEST) {
      throw MillraceException.data(
          "Cannot use a %s id of %d characters: 1 to %d are allowed"
              .formatted(what, value.length(), LONGEST));
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw MillraceException.data(
          "Cannot use a %s id with control characters: \"%s\""
              .formatted(what, value.replaceAll("\\p{Cntrl}", "?")));
    }
    return value;
  }
}
