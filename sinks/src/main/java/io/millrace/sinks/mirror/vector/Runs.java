package io.millrace.sinks.mirror.vector;

import java.util.Arrays;

/** Rows of several sources, as runs of rows that follow each other in one of them. */
final class Runs {
  private int[] sources = new int[64];
  private int[] firsts = new int[64];
  private int[] lengths = new int[64];
  private int count;
  private int rows;

  int count() {
    return count;
  }

  int rows() {
    return rows;
  }

  int source(int run) {
    return sources[run];
  }

  int first(int run) {
    return firsts[run];
  }

  int length(int run) {
    return lengths[run];
  }

  void clear() {
    count = 0;
    rows = 0;
  }

  void add(int source, int first, int length) {
    if (length == 0) {
      return;
    }
    if (count == sources.length) {
      sources = Arrays.copyOf(sources, 2 * count);
      firsts = Arrays.copyOf(firsts, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    sources[count] = source;
    firsts[count] = first;
    lengths[count++] = length;
    rows += length;
  }

  /** Becomes equal to another. */
  void copyOf(Runs other) {
    clear();
    for (int run = 0; run < other.count; run++) {
      add(other.sources[run], other.firsts[run], other.lengths[run]);
    }
  }

  /** Puts another row in the place of a run of one row. */
  void replace(int run, int source, int row) {
    sources[run] = source;
    firsts[run] = row;
  }
}
