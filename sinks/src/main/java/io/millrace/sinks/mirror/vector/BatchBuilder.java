package io.millrace.sinks.mirror.vector;

import io.millrace.core.MillraceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Batches of rows that are picked from other batches, the sources, of the same schema. Rows come
 * out in the order in which they were added, cut by the {@link BatchLimits}. Rows that were added
 * are copied when a batch is full, or by {@link #copy}: until then their sources have to stay.
 */
public final class BatchBuilder implements AutoCloseable {
  private final Schema schema;
  private final BatchLimits limits;
  private final BufferAllocator allocator;
  private final List<ColumnCopier> columns = new ArrayList<>();
  private final Replacements[] replacements;
  private final Runs runs = new Runs();
  private double[] rowBytes = new double[1];
  private BatchOutput out;
  private int rows;
  private double bytes;

  /**
   * An empty builder.
   *
   * @throws MillraceException (CONFIGURATION) if a column's type cannot be copied
   */
  public BatchBuilder(Schema schema, BatchLimits limits, BufferAllocator allocator) {
    this.schema = schema;
    this.limits = limits;
    this.allocator = allocator;
    schema.getFields().forEach(field -> columns.add(ColumnCopier.of(field, allocator)));
    this.replacements = new Replacements[columns.size()];
  }

  /** Says where batches go from now on. */
  public void setOutput(BatchOutput output) {
    out = output;
  }

  /** Says what batch a number stands for from now on; the batch stays the caller's. */
  public void setSource(int source, List<FieldVector> vectors, int sourceRows) {
    if (source >= rowBytes.length) {
      rowBytes = Arrays.copyOf(rowBytes, Math.max(source + 1, 2 * rowBytes.length));
    }
    long size = 0;
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).setSource(source, vectors.get(i));
      size += vectors.get(i).getBufferSize();
    }
    rowBytes[source] = (double) size / Math.max(1, sourceRows);
  }

  /** Adds rows that follow each other. */
  public void add(int source, int first, int length) throws IOException {
    int from = first;
    int end = first + length;
    while (from < end) {
      int taken = Math.min(end - from, room(rowBytes[source]));
      runs.add(source, from, taken);
      from += taken;
      grow(source, taken);
    }
  }

  /** How many rows of this size until the batch is full, at least one. */
  private int room(double each) {
    double byBytes = each == 0 ? limits.rows() : Math.ceil((limits.bytes() - bytes) / each);
    return Math.max(1, (int) Math.min(limits.rows() - rows, byBytes));
  }

  /**
   * Adds a row some of whose values come from elsewhere.
   *
   * @param count how many values
   * @param elsewhere for each of them its column, the source and the row there
   */
  public void add(int source, int row, int count, int[] elsewhere) throws IOException {
    for (int i = 0; i < 3 * count; i += 3) {
      int column = elsewhere[i];
      if (replacements[column] == null) {
        replacements[column] = new Replacements();
      }
      replacements[column].add(runs.count(), elsewhere[i + 1], elsewhere[i + 2]);
    }
    runs.add(source, row, 1);
    grow(source, 1);
  }

  private void grow(int source, int taken) throws IOException {
    rows += taken;
    bytes += taken * rowBytes[source];
    if (rows >= limits.rows() || bytes >= limits.bytes()) {
      finish();
    }
  }

  /** How many rows are there that no batch has had. */
  public int rows() {
    return rows;
  }

  /** Copies what was added, so that the sources may go. */
  public void copy() {
    for (int i = 0; i < columns.size(); i++) {
      Replacements replaced = replacements[i];
      columns.get(i).append(replaced == null ? runs : replaced.in(runs));
      if (replaced != null) {
        replaced.clear();
      }
    }
    runs.clear();
  }

  /** Ends the batch, if there are rows. */
  public void finish() throws IOException {
    if (rows == 0) {
      return;
    }
    copy();
    try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
      for (int i = 0; i < columns.size(); i++) {
        columns.get(i).moveTo(batch.getVector(i));
      }
      batch.setRowCount(rows);
      rows = 0;
      bytes = 0;
      out.accept(batch);
    }
  }

  @Override
  public void close() {
    columns.forEach(ColumnCopier::close);
  }
}
