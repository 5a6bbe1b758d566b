package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.MessageType;

/**
 * Writes Arrow batches to one Parquet file, column by column. It holds the encoded pages of one row
 * group, and one page of values per column.
 *
 * <p>The file depends on the rows and the options alone: the same rows in other batches give the
 * same bytes. Not for use by several threads.
 */
public final class ArrowParquetWriter implements AutoCloseable {
  /** All columns are fed up to the same row at least this often, and then measured. */
  private static final int STEP_ROWS = 4096;

  /** Of variable-width values, in one step. */
  private static final long STEP_BYTES = 1 << 20;

  private final Schema schema;
  private final MessageType parquet;
  private final ParquetOptions options;
  private final Map<String, String> keyValueMetadata;
  private final List<FieldEncoder> fields;
  private final BytesInputCompressor compressor;
  private final OpenFile file;
  private final ParquetFileWriter writer;

  private ColumnChunkPageWriteStore rowGroup;
  private int groupRows;
  private int stepRows;
  private long stepBytes;
  private long rows;
  private int rowGroups;
  private boolean open = true;

  /**
   * Creates the file.
   *
   * @param schema of every batch to come
   * @param keyValueMetadata for the footer, besides the Arrow schema
   * @throws MillraceException if a column has no Parquet form; no file is created then
   */
  public ArrowParquetWriter(
      OutputFile out, Schema schema, ParquetOptions options, Map<String, String> keyValueMetadata)
      throws IOException {
    List<Shape> shapes = ParquetSchema.shapes(schema);
    this.schema = schema;
    this.parquet = ParquetSchema.of(shapes);
    this.options = options;
    this.keyValueMetadata = new TreeMap<>(keyValueMetadata);
    this.keyValueMetadata.put(StoredSchema.KEY, StoredSchema.of(schema));
    options.bloomFilters().requireColumns(parquet);
    this.fields = new FieldEncoders(parquet, options).of(shapes);
    this.file = new OpenFile(out);
    this.compressor = options.compression().compressor(options.level());
    try {
      this.writer =
          new ParquetFileWriter(
              file,
              parquet,
              ParquetFileWriter.Mode.CREATE,
              options.rowGroupBytes(),
              0,
              ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH,
              ParquetProperties.DEFAULT_STATISTICS_TRUNCATE_LENGTH,
              true);
      writer.start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Adds the rows of a batch, which stays the caller's. After an exception the file cannot be
   * finished any more.
   *
   * @throws MillraceException if the batch has another schema, or a value has no Parquet form
   */
  public void append(VectorSchemaRoot batch) throws IOException {
    requireOpen();
    requireSchema(batch.getSchema());
    open = false;
    int batchRows = batch.getRowCount();
    fields.forEach(field -> field.read(batch));
    for (int from = 0; from < batchRows; ) {
      from = step(from, batchRows);
    }
    open = true;
  }

  /**
   * Writes what is still held and the footer, and closes the file.
   *
   * @return what the file holds
   */
  public ParquetSummary finish() throws IOException {
    requireOpen();
    open = false;
    if (rowGroup != null) {
      finishRowGroup();
    }
    writer.end(keyValueMetadata);
    close();
    return new ParquetSummary(rows, file.length(), rowGroups);
  }

  /** Without {@link #finish()} before it, leaves a file without a footer, which no reader takes. */
  @Override
  public void close() throws IOException {
    open = false;
    if (rowGroup != null) {
      rowGroup.close();
      rowGroup = null;
    }
    compressor.release();
    file.close();
  }

  /**
   * Feeds all columns up to the same row. Steps and row groups end at rows that follow from the
   * rows before alone.
   */
  private int step(int from, int batchRows) throws IOException {
    if (rowGroup == null) {
      startRowGroup();
    }
    int to = stepEnd(from, batchRows);
    for (FieldEncoder field : fields) {
      field.append(from, to);
    }
    groupRows += to - from;
    stepRows += to - from;
    stepBytes += variableBytes(from, to);
    if (stepRows == STEP_ROWS || stepBytes >= STEP_BYTES || groupRows == options.rowGroupRows()) {
      stepRows = 0;
      stepBytes = 0;
      if (groupRows == options.rowGroupRows() || bufferedBytes() >= options.rowGroupBytes()) {
        finishRowGroup();
      }
    }
    return to;
  }

  /** The last row is the first with which the step reaches its bytes, if it does. */
  private int stepEnd(int from, int batchRows) {
    int most = Math.min(STEP_ROWS - stepRows, options.rowGroupRows() - groupRows);
    int to = Math.min(batchRows - from, most) + from;
    long room = STEP_BYTES - stepBytes;
    if (variableBytes(from, to) < room) {
      return to;
    }
    int tooFew = from;
    int enough = to;
    while (enough - tooFew > 1) {
      int middle = (tooFew + enough) >>> 1;
      if (variableBytes(from, middle) < room) {
        tooFew = middle;
      } else {
        enough = middle;
      }
    }
    return enough;
  }

  private long variableBytes(int from, int to) {
    long bytes = 0;
    for (FieldEncoder field : fields) {
      bytes += field.variableBytes(from, to);
    }
    return bytes;
  }

  private long bufferedBytes() {
    long bytes = 0;
    for (FieldEncoder field : fields) {
      bytes += field.bufferedBytes();
    }
    return bytes;
  }

  private void startRowGroup() {
    rowGroup =
        new ColumnChunkPageWriteStore(
            compressor,
            parquet,
            new HeapByteBufferAllocator(),
            ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH,
            true);
    fields.forEach(field -> field.startChunk(rowGroup));
  }

  private void finishRowGroup() throws IOException {
    writer.startBlock(groupRows);
    for (FieldEncoder field : fields) {
      field.finishChunk(writer);
    }
    rowGroup.flushToFileWriter(writer);
    writer.endBlock();
    rowGroup.close();
    rowGroup = null;
    rows += groupRows;
    rowGroups++;
    groupRows = 0;
    stepRows = 0;
    stepBytes = 0;
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException(
          "The Parquet file is finished, closed, or was given up after an error");
    }
  }

  private void requireSchema(Schema other) {
    if (!schema.equals(other)) {
      throw MillraceException.data(
          "Cannot add a batch of schema %s to a Parquet file of schema %s: begin another file"
              .formatted(other, schema));
    }
  }
}
