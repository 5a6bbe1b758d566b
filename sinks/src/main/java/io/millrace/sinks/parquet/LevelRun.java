package io.millrace.sinks.parquet;

import java.util.Arrays;

/**
 * The entries that a stretch of rows has at one depth of a nested field, each with its levels so
 * far (Dremel; parquet-format, "Nested Encoding") and the position it stands for in the vector of
 * that depth. A run follows from the one above it by vector, never row by row.
 */
final class LevelRun {
  /** The position of an entry that ended further up: at a null, or at an empty list. */
  static final int NONE = -1;

  private byte[] definitions = new byte[0];
  private byte[] repetitions = new byte[0];
  private int[] positions = new int[0];
  private int size;
  private int rows;
  private int firstRow;

  /** All positions are in [first, end). */
  private int first;

  private int end;

  int size() {
    return size;
  }

  int rows() {
    return rows;
  }

  byte[] definitions() {
    return definitions;
  }

  byte[] repetitions() {
    return repetitions;
  }

  /** The position an entry stands for, or {@link #NONE}. */
  int position(int entry) {
    return positions[entry];
  }

  int first() {
    return first;
  }

  int end() {
    return end;
  }

  /** The row of the batch that an entry belongs to. */
  int row(int entry) {
    int row = firstRow - 1;
    for (int i = 0; i <= entry; i++) {
      row += repetitions[i] == 0 ? 1 : 0;
    }
    return row;
  }

  /** Makes this the rows [from, to) of a batch. */
  void startRows(int from, int to) {
    reset(to - from);
    rows = to - from;
    firstRow = from;
    first = from;
    end = to;
    Arrays.fill(definitions, 0, size, (byte) 0);
    Arrays.fill(repetitions, 0, size, (byte) 0);
    for (int i = 0; i < size; i++) {
      positions[i] = from + i;
    }
  }

  /**
   * Makes this the run above, one definition level deeper where the position is valid.
   *
   * @param valid of the positions from {@code above.first()} on
   */
  void define(LevelRun above, Bits valid) {
    reset(above.size);
    carry(above);
    first = above.first;
    end = above.end;
    System.arraycopy(above.repetitions, 0, repetitions, 0, size);
    for (int i = 0; i < size; i++) {
      int position = above.positions[i];
      int bit = position == NONE ? 0 : valid.get(position - first);
      definitions[i] = (byte) (above.definitions[i] + bit);
      positions[i] = bit == 0 ? NONE : position;
    }
  }

  /**
   * Makes this the elements of the lists above.
   *
   * @param extents of the lists from {@code above.first()} on
   * @param level the repetition level of every element but a list's first
   */
  void repeat(LevelRun above, Extents extents, int level) {
    reset(count(above, extents));
    carry(above);
    first = Integer.MAX_VALUE;
    end = 0;
    int next = 0;
    for (int i = 0; i < above.size; i++) {
      int list = above.positions[i];
      int from = list == NONE ? 0 : Math.toIntExact(extents.at(list - above.first));
      int to = list == NONE ? 0 : Math.toIntExact(extents.at(list - above.first + 1));
      repetitions[next] = above.repetitions[i];
      definitions[next] = above.definitions[i];
      positions[next] = NONE;
      int elements = to - from;
      if (elements == 0) {
        next++;
        continue;
      }
      Arrays.fill(definitions, next, next + elements, (byte) (above.definitions[i] + 1));
      Arrays.fill(repetitions, next + 1, next + elements, (byte) level);
      for (int k = 0; k < elements; k++) {
        positions[next + k] = from + k;
      }
      first = Math.min(first, from);
      end = Math.max(end, to);
      next += elements;
    }
    first = Math.min(first, end);
  }

  private static int count(LevelRun above, Extents extents) {
    long count = 0;
    for (int i = 0; i < above.size; i++) {
      int list = above.positions[i];
      count +=
          list == NONE
              ? 1
              : Math.max(1, extents.at(list - above.first + 1) - extents.at(list - above.first));
    }
    return Math.toIntExact(count);
  }

  private void carry(LevelRun above) {
    rows = above.rows;
    firstRow = above.firstRow;
  }

  private void reset(int entries) {
    size = entries;
    if (positions.length < entries) {
      int capacity = Math.max(entries, Math.min(2 * positions.length, 1 << 20));
      definitions = new byte[capacity];
      repetitions = new byte[capacity];
      positions = new int[capacity];
    }
  }
}
