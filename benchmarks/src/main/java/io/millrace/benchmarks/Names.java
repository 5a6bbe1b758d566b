package io.millrace.benchmarks;

import java.util.Collection;
import java.util.List;

/** Names on the command line. */
final class Names {
  private Names() {}

  /**
   * Throws if something is asked for that is not there.
   *
   * @param only null if nothing is asked for
   */
  static void requireKnown(String kind, List<String> only, Collection<String> known) {
    if (only == null) {
      return;
    }
    for (String name : only) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "There is no %s %s: take of %s".formatted(kind, name, known));
      }
    }
  }
}
