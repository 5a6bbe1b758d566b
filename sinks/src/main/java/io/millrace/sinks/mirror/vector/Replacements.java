package io.millrace.sinks.mirror.vector;

import java.util.Arrays;

/** Rows of one column that come from elsewhere than the rest of their row. */
final class Replacements {
  private static final int EACH = 3;

  private final Runs replaced = new Runs();
  private int[] entries = new int[16 * EACH];
  private int count;

  void add(int run, int source, int row) {
    if ((count + 1) * EACH > entries.length) {
      entries = Arrays.copyOf(entries, 2 * entries.length);
    }
    int at = count++ * EACH;
    entries[at] = run;
    entries[at + 1] = source;
    entries[at + 2] = row;
  }

  /** The runs with these rows in their places. */
  Runs in(Runs runs) {
    if (count == 0) {
      return runs;
    }
    replaced.copyOf(runs);
    for (int at = 0; at < count * EACH; at += EACH) {
      replaced.replace(entries[at], entries[at + 1], entries[at + 2]);
    }
    return replaced;
  }

  void clear() {
    count = 0;
  }
}
