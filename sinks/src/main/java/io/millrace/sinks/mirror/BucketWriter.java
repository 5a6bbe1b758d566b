package io.millrace.sinks.mirror;

import io.millrace.core.wire.BatchStreamWriter;
import io.millrace.sinks.mirror.vector.BatchOutput;
import io.millrace.sinks.parquet.ArrowParquetWriter;
import io.millrace.sinks.parquet.ParquetOptions;
import io.millrace.sinks.parquet.ParquetSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes a bucket's rows twice in one pass: as Arrow for the next fold, and as Parquet for readers.
 * Both streams stay their owner's to close: what was not finished is of no use.
 */
public final class BucketWriter implements BatchOutput, AutoCloseable {
  private final BatchStreamWriter state;
  private final ArrowParquetWriter parquet;

  /**
   * Begins both.
   *
   * @param state gets an Arrow IPC stream
   * @param parquet gets a Parquet file
   * @param schema of every batch to come: {@link MirrorFold#schema}
   * @param options of the Parquet file
   * @param metadata for its footer, besides the Arrow schema
   */
  public BucketWriter(
      OutputStream state,
      OutputStream parquet,
      Schema schema,
      ParquetOptions options,
      Map<String, String> metadata)
      throws IOException {
    this.parquet = new ArrowParquetWriter(new StreamOutputFile(parquet), schema, options, metadata);
    this.state = new BatchStreamWriter(state, schema);
  }

  @Override
  public void accept(VectorSchemaRoot batch) throws IOException {
    state.write(batch);
    parquet.append(batch);
  }

  /** Ends both. */
  public ParquetSummary finish() throws IOException {
    state.finish();
    return parquet.finish();
  }

  @Override
  public void close() throws IOException {
    parquet.close();
  }
}
