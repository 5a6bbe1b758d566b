package io.millrace.sinks.mirror.build;

import io.millrace.core.Unit;
import io.millrace.core.ledger.MirrorVersion.BucketRows;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.stage.Transform;
import io.millrace.core.wire.BatchStreamWriter;
import io.millrace.sinks.mirror.vector.BatchOutput;
import io.millrace.sinks.parquet.ArrowParquetWriter;
import io.millrace.sinks.parquet.ParquetOptions;
import io.millrace.sinks.parquet.ParquetSchema;
import io.millrace.sinks.parquet.ParquetSummary;
import io.millrace.sinks.parquet.StreamOutputFile;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.StagedStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes a bucket's rows twice in one pass: as Arrow, as they are, for the next version; and as
 * Parquet, as the transforms make them, for readers. Closed without {@link #finish} it leaves
 * nothing behind.
 */
final class StagedBucket implements BatchOutput, AutoCloseable {
  /**
   * Where a file lies.
   *
   * @param staged until it is published
   * @param path afterwards
   */
  record Place(String staged, String path) {}

  /**
   * How a bucket is written.
   *
   * @param unit as the transforms see it
   * @param transforms those for the rows' schema
   * @param options of the Parquet file
   * @param metadata for its footer, besides the Arrow schema
   */
  record Form(
      Unit unit, List<Transform> transforms, ParquetOptions options, Map<String, String> metadata) {
    Schema output(Schema rows) {
      return transforms.isEmpty() ? rows : transforms.get(transforms.size() - 1).output();
    }
  }

  private final ObjectStore store;
  private final Form form;
  private final Schema output;
  private final Place statePlace;
  private final Place tablePlace;
  private final StagedStream stateStream;
  private final BatchStreamWriter state;
  private StagedStream tableStream;
  private ArrowParquetWriter table;
  private long rows;

  /** Begins the state; the Parquet file is begun with its first row. */
  StagedBucket(ObjectStore store, Schema schema, Form form, Place state, Place table)
      throws IOException {
    this.store = store;
    this.form = form;
    this.output = form.output(schema);
    form.options().bloomFilters().requireColumns(ParquetSchema.of(output));
    this.statePlace = state;
    this.tablePlace = table;
    this.stateStream = store.stage(state.staged());
    try {
      this.state = new BatchStreamWriter(stateStream, schema);
    } catch (IOException | RuntimeException e) {
      stateStream.close();
      throw e;
    }
  }

  @Override
  public void accept(VectorSchemaRoot batch) throws IOException {
    state.write(batch);
    rows += batch.getRowCount();
    if (form.transforms().isEmpty()) {
      append(batch);
      return;
    }
    VectorSchemaRoot result = batch.slice(0, batch.getRowCount());
    for (Transform transform : form.transforms()) {
      result = transform.apply(result, form.unit());
    }
    try (VectorSchemaRoot shown = result) {
      append(shown);
    }
  }

  private void append(VectorSchemaRoot batch) throws IOException {
    if (batch.getRowCount() == 0) {
      return;
    }
    if (table == null) {
      tableStream = store.stage(tablePlace.staged());
      table =
          new ArrowParquetWriter(
              new StreamOutputFile(tableStream), output, form.options(), form.metadata());
    }
    table.append(batch);
  }

  /** Ends both. */
  BucketRows finish() throws IOException {
    state.finish();
    StagedFile stateFile = file(statePlace, stateStream.finish(), rows);
    if (table == null) {
      return new BucketRows(stateFile, List.of());
    }
    ParquetSummary summary = table.finish();
    table = null;
    return new BucketRows(
        stateFile, List.of(file(tablePlace, tableStream.finish(), summary.rows())));
  }

  private static StagedFile file(Place place, StagedStream.Stored stored, long rows) {
    return new StagedFile(place.staged(), place.path(), rows, stored.bytes(), stored.checksum());
  }

  @Override
  public void close() throws IOException {
    try (StagedStream first = stateStream;
        StagedStream second = tableStream) {
      if (table != null) {
        table.close();
      }
    }
  }
}
