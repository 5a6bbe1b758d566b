package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;
import java.io.IOException;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;

/** Writes one field of a table, or one of the columns it becomes. */
sealed interface FieldEncoder permits FlatColumn, NestedField {
  /**
   * Takes the batch whose rows {@link #append} will name.
   *
   * @throws MillraceException if the field's vector has nulls where the schema allows none
   */
  void read(VectorSchemaRoot batch);

  void startChunk(PageWriteStore rowGroup);

  /** Adds the rows [from, to) of the batch that is being read. */
  void append(int from, int to) throws IOException;

  /** Ends the chunk; it goes to the file's open row group. */
  void finishChunk(ParquetFileWriter file) throws IOException;

  /** Bytes held in memory for the open row group. */
  long bufferedBytes();

  /** Bytes in the rows [from, to) of the batch that no schema tells. */
  long variableBytes(int from, int to);

  /** The vector that holds the values. */
  static FieldVector storage(FieldVector vector) {
    return vector instanceof ExtensionTypeVector<?> e ? e.getUnderlyingVector() : vector;
  }

  /** The vector of a column, which has to have all rows of its batch. */
  static FieldVector vector(VectorSchemaRoot batch, int index) {
    FieldVector vector = storage(batch.getVector(index));
    if (vector.getValueCount() < batch.getRowCount()) {
      throw MillraceException.data(
          "Cannot write column \"%s\": its vector has %d values in a batch of %d rows"
              .formatted(vector.getName(), vector.getValueCount(), batch.getRowCount()));
    }
    return vector;
  }
}
