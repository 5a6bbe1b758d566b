package io.millrace.benchmarks.result;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a page that is made, between two lines of their own.
 *
 * @param page the file; where it, or the lines, are missing, they are put at its end
 * @param begin the line before
 * @param end the line after
 */
record PageSection(Path page, String begin, String end) {
  /** The section of a name, which a command makes. */
  static PageSection of(Path page, String name, String command) {
    return new PageSection(
        page,
        "<!-- %s: made by %s, do not edit -->".formatted(name, command),
        "<!-- end of %s -->".formatted(name));
  }

  /** Writes it anew, and that there are no results if the text is empty; the rest stays. */
  void write(String text) {
    try {
      String old = Files.exists(page) ? Files.readString(page) : "";
      Files.writeString(page, replaced(old, text.isEmpty() ? "No results yet.\n" : text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String replaced(String old, String text) {
    if (!old.contains(begin) && !old.contains(end)) {
      return "%s\n%s\n\n%s\n%s\n".formatted(old, begin, text, end);
    }
    int first = old.indexOf(begin);
    int last = old.indexOf(end);
    if (first < 0 || last < first) {
      throw new IllegalStateException(
          "%s has not got the lines %s and %s, in this order".formatted(page, begin, end));
    }
    return old.substring(0, first + begin.length()) + "\n\n" + text + "\n" + old.substring(last);
  }
}
