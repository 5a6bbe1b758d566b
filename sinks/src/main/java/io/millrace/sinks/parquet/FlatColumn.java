package io.millrace.sinks.parquet;

import java.io.IOException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;

/** A column with one value, or null, per row: its levels are the validity bits. */
final class FlatColumn implements FieldEncoder {
  private final int index;
  private final String name;
  private final ColumnPages pages;
  private final DefinitionLevels levels;
  private final boolean nullable;
  private final Bits validity = new Bits();
  private FieldVector vector;
  private boolean hasNulls;

  /** Reads the batch's vector number {@code index}. */
  FlatColumn(int index, String name, ColumnPages pages, boolean nullable) {
    this.index = index;
    this.name = name;
    this.pages = pages;
    this.nullable = nullable;
    this.levels = new DefinitionLevels(nullable);
  }

  @Override
  public void read(VectorSchemaRoot batch) {
    vector = FieldEncoder.vector(batch, index);
    hasNulls = vector.getNullCount() > 0;
    if (hasNulls && !nullable) {
      throw Presence.unexpectedNull(name, firstNull());
    }
  }

  private int firstNull() {
    int row = 0;
    while (!vector.isNull(row)) {
      row++;
    }
    return row;
  }

  @Override
  public void startChunk(PageWriteStore rowGroup) {
    pages.startChunk(rowGroup);
  }

  @Override
  public void append(int from, int to) throws IOException {
    for (int next = from; next < to; ) {
      int end = Math.min(to, next + ColumnPages.PAGE_ROWS - levels.rows());
      int rows = pages.values().fit(vector, next, end);
      if (rows <= 0) {
        pages.write(levels);
      } else {
        appendToPage(next, rows);
        next += rows;
      }
    }
  }

  private void appendToPage(int from, int rows) {
    validity.clear();
    Presence.append(validity, vector, hasNulls, from, from + rows);
    levels.append(validity);
    pages.append(vector, from, validity);
  }

  @Override
  public void finishChunk(ParquetFileWriter file) throws IOException {
    pages.finishChunk(levels, file);
  }

  @Override
  public long bufferedBytes() {
    return pages.bufferedBytes() + levels.bufferedBytes();
  }

  @Override
  public long variableBytes(int from, int to) {
    return pages.values().variableBytes(vector, from, to);
  }
}
