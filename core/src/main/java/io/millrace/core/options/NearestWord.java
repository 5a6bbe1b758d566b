package io.millrace.core.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody meant to type. */
public final class NearestWord {
  private NearestWord() {}

  /**
   * The known word that takes the fewest edits to reach, in either case, if those are no more than
   * a third of its letters, or two, and leave one letter as it was.
   */
  public static Optional<String> of(String typed, Collection<String> known) {
    return known.stream()
        .filter(word -> edits(typed, word) <= most(word.length()))
        .min(Comparator.comparingInt(word -> edits(typed, word)));
  }

  private static int most(int letters) {
    return Math.min(Math.max(2, letters / 3), letters - 1);
  }

  /** What to tell somebody whose word is not known: the nearest one, or all. */
  public static String unknown(String what, String typed, Collection<String> known) {
    return of(typed, known)
        .map(near -> "Unknown %s \"%s\": did you mean \"%s\"?".formatted(what, typed, near))
        .orElseGet(
            () ->
                "Unknown %s \"%s\": known are %s"
                    .formatted(what, typed, known.isEmpty() ? "none" : String.join(", ", known)));
  }

  /** Levenshtein's distance, in one row. */
  private static int edits(String typed, String word) {
    String a = typed.toLowerCase(Locale.ROOT);
    String b = word.toLowerCase(Locale.ROOT);
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
