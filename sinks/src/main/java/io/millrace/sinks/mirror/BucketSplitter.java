package io.millrace.sinks.mirror;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.wire.BatchStreamWriter;
import io.millrace.sinks.mirror.evolution.TableSchema;
import io.millrace.sinks.mirror.vector.BatchBuilder;
import io.millrace.sinks.mirror.vector.BatchLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Makes the first state of a snapshot: its rows, as they come, go to the file of their key's
 * bucket. All buckets' files are open at once, and each bucket holds one batch up to the limits;
 * with many buckets small limits are in order.
 */
public final class BucketSplitter implements AutoCloseable {
  /** Where buckets go. */
  @FunctionalInterface
  public interface Files {
    /** Begins the file of a bucket; it stays the splitter's caller's to close. */
    OutputStream create(int bucket) throws IOException;
  }

  private final Schema schema;
  private final KeyHash hash;
  private final List<String> key;
  private final List<BatchBuilder> builders = new ArrayList<>();
  private final List<BatchStreamWriter> writers = new ArrayList<>();

  /**
   * Begins the files of all buckets.
   *
   * @param rows the schema of the snapshot's batches
   * @throws MillraceException (CONFIGURATION) if rows have no key
   */
  public BucketSplitter(
      StreamId stream,
      Generation generation,
      Schema rows,
      Files files,
      BatchLimits limits,
      BufferAllocator allocator)
      throws IOException {
    MirrorChanges.requireKey(stream, generation);
    this.schema = TableSchema.of(rows);
    this.hash = new KeyHash(generation.buckets());
    this.key = generation.key();
    for (int bucket = 0; bucket < generation.buckets(); bucket++) {
      var writer = new BatchStreamWriter(files.create(bucket), schema);
      var builder = new BatchBuilder(schema, limits, allocator);
      builder.setOutput(writer::write);
      writers.add(writer);
      builders.add(builder);
    }
  }

  /** The schema of the state. */
  public Schema schema() {
    return schema;
  }

  /**
   * Adds rows; the batch stays the caller's.
   *
   * @throws MillraceException (DATA) if they have another schema
   */
  public void append(VectorSchemaRoot batch) throws IOException {
    if (!TableSchema.of(batch.getSchema()).equals(schema)) {
      throw MillraceException.data(
          "Cannot add rows of schema %s to a snapshot of schema %s: read the table again"
              .formatted(batch.getSchema(), schema));
    }
    List<FieldVector> columns = batch.getFieldVectors();
    List<FieldVector> keyColumns = key.stream().map(batch::getVector).toList();
    int rows = batch.getRowCount();
    for (BatchBuilder builder : builders) {
      builder.setSource(0, columns, rows);
    }
    int first = 0;
    int bucket = rows == 0 ? 0 : hash.bucket(keyColumns, 0);
    for (int row = 1; row < rows; row++) {
      int next = hash.bucket(keyColumns, row);
      if (next != bucket) {
        builders.get(bucket).add(0, first, row - first);
        first = row;
        bucket = next;
      }
    }
    builders.get(bucket).add(0, first, rows - first);
    builders.forEach(BatchBuilder::copy);
  }

  /** Writes what is still held, and ends all files. */
  public void finish() throws IOException {
    for (int bucket = 0; bucket < builders.size(); bucket++) {
      builders.get(bucket).finish();
      writers.get(bucket).finish();
    }
  }

  @Override
  public void close() {
    builders.forEach(BatchBuilder::close);
  }
}
