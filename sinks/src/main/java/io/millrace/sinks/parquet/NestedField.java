package io.millrace.sinks.parquet;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;

/** A field of several columns, or of a list: levels are made once for all columns of the field. */
final class NestedField implements FieldEncoder {
  private final int index;
  private final NestedNode root;
  private final List<NestedColumn> columns;
  private final LevelRun rows = new LevelRun();

  /** Reads the batch's vector number {@code index} into the columns below {@code root}. */
  NestedField(int index, NestedNode root, List<NestedColumn> columns) {
    this.index = index;
    this.root = root;
    this.columns = columns;
  }

  @Override
  public void read(VectorSchemaRoot batch) {
    root.read(FieldEncoder.vector(batch, index));
  }

  @Override
  public void startChunk(PageWriteStore rowGroup) {
    columns.forEach(column -> column.pages().startChunk(rowGroup));
  }

  @Override
  public void append(int from, int to) throws IOException {
    rows.startRows(from, to);
    root.shred(rows);
    for (NestedColumn column : columns) {
      column.append();
    }
  }

  @Override
  public void finishChunk(ParquetFileWriter file) throws IOException {
    for (NestedColumn column : columns) {
      column.finishChunk(file);
    }
  }

  @Override
  public long bufferedBytes() {
    return columns.stream().mapToLong(NestedColumn::bufferedBytes).sum();
  }

  @Override
  public long variableBytes(int from, int to) {
    return root.bytes(from, to);
  }
}
