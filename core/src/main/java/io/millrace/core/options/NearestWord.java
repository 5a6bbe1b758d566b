package io.millrace.core.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody meant to type. */
public final class NearestWord {
  private NearestWord() {}

  /**
   * The known word that takes the fewest edits to reach, if those are no more than a third of its
   * letters, or two.
   */
  public static Optional<String> of(String typed, Collection<String> known) {
    return known.stream()
        .filter(word -> edits(typed, word) <= Math.max(2, word.length() / 3))
        .min(Comparator.comparingInt(word -> edits(typed, word)));
  }

  /** Levenshtein's distance, in one row. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
