package io.millrace.sinks.parquet;

import java.io.IOException;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetFileWriter;

/** A column below a group or a list. Its pages begin at rows, as the page index wants them to. */
final class NestedColumn implements NestedNode {
  /** What a value takes at least in memory, whatever its width. */
  private static final int VALUE_BYTES = 8;

  /** A page of nothing but nulls ends after this many, although it has no bytes. */
  private static final int PAGE_ENTRIES = 1 << 20;

  /** Values that are measured in one go: a page may end long before the run does. */
  private static final int MOST_AT_ONCE = 1 << 14;

  private final Presence presence;
  private final ColumnPages pages;
  private final NestedLevels levels;
  private final Bits mask = new Bits();
  private FieldVector vector;
  private LevelRun run;

  /** Of each row of the run and of its end: the first entry, and the first position from there. */
  private int[] entries = new int[0];

  private int[] positions = new int[0];

  NestedColumn(Presence presence, ColumnDescriptor column, ColumnPages pages) {
    this.presence = presence;
    this.pages = pages;
    this.levels = new NestedLevels(column);
  }

  ColumnPages pages() {
    return pages;
  }

  @Override
  public void read(FieldVector next) {
    vector = next;
    presence.read(next);
  }

  @Override
  public void shred(LevelRun above) {
    run = presence.below(above);
  }

  @Override
  public long bytes(int from, int to) {
    // an empty vector need not have buffers at all
    return from == to
        ? 0
        : (to - from) * (long) VALUE_BYTES + pages.values().variableBytes(vector, from, to);
  }

  /** Adds the rows that have been shredded last. */
  void append() throws IOException {
    findRows();
    for (int row = 0; row < run.rows(); ) {
      if (full()) {
        pages.write(levels);
      }
      int to = fit(row);
      append(row, to);
      row = to;
    }
  }

  private boolean full() {
    return levels.rows() == ColumnPages.PAGE_ROWS
        || levels.entries() >= PAGE_ENTRIES
        || pages.values().full();
  }

  private void findRows() {
    int rows = run.rows();
    if (entries.length <= rows) {
      entries = new int[rows + 1];
      positions = new int[rows + 1];
    }
    int position = run.end();
    entries[rows] = run.size();
    positions[rows] = position;
    byte[] repetitions = run.repetitions();
    int row = rows;
    for (int i = run.size() - 1; i >= 0; i--) {
      position = run.position(i) == LevelRun.NONE ? position : run.position(i);
      if (repetitions[i] == 0) {
        row--;
        entries[row] = i;
        positions[row] = position;
      }
    }
  }

  /**
   * The end of the rows from {@code row} on that go to the open page: those that begin before it is
   * full. So a page ends with the first row that fills it, however rows come in batches.
   */
  private int fit(int row) {
    int start = positions[row];
    int end = positions[run.rows()];
    int asked = Math.min(end, start + MOST_AT_ONCE);
    int fitting = start == end ? 1 : pages.values().fit(vector, start, asked);
    int most = Math.min(run.rows(), row + ColumnPages.PAGE_ROWS - levels.rows());
    int room = PAGE_ENTRIES - levels.entries();
    int to = row + 1;
    while (to < most
        && positions[to] - start < fitting
        && positions[to + 1] - start <= fitting
        && entries[to] - entries[row] < room) {
      to++;
    }
    return to;
  }

  private void append(int row, int to) {
    mask.clear();
    int from = positions[row];
    int start = from;
    int end = from;
    for (int i = entries[row]; i < entries[to]; i++) {
      int position = run.position(i);
      if (position == end) {
        end++;
      } else if (position != LevelRun.NONE) {
        mask.appendOnes(end - start);
        mask.appendZeros(position - end);
        start = position;
        end = position + 1;
      }
    }
    mask.appendOnes(end - start);
    levels.append(run, entries[row], entries[to], to - row, mask.ones());
    if (mask.ones() > 0) {
      pages.append(vector, from, mask);
    }
  }

  void finishChunk(ParquetFileWriter file) throws IOException {
    pages.finishChunk(levels, file);
  }

  long bufferedBytes() {
    return pages.bufferedBytes() + levels.bufferedBytes();
  }
}
