package io.millrace.sinks.mirror;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.wire.BatchStreamReader;
import io.millrace.sinks.mirror.evolution.NewestColumns;
import io.millrace.sinks.mirror.evolution.SchemaHistory;
import io.millrace.sinks.mirror.evolution.TableSchema;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows that the state has of a bucket, batch by batch, in the newest schema. */
final class OldRows {
  /** Takes batches, which are gone on return. */
  interface Reader {
    void accept(List<FieldVector> columns, int rows) throws IOException;
  }

  private final StreamId stream;
  private final Generation generation;
  private final SchemaHistory history;
  private final Schema schema;
  private final BucketFiles files;
  private final BufferAllocator allocator;
  private final KeyHash hash;
  private final List<Integer> keyPlaces;

  OldRows(
      MirrorChanges changes,
      SchemaHistory history,
      Schema schema,
      BucketFiles files,
      BufferAllocator allocator) {
    this.stream = changes.stream();
    this.generation = changes.generation();
    this.history = history;
    this.schema = schema;
    this.files = files;
    this.allocator = allocator;
    this.hash = new KeyHash(generation.buckets());
    this.keyPlaces = history.places(generation.key());
  }

  /** Reads a bucket from its beginning to its end. */
  void read(int bucket, Reader reader) throws IOException {
    try (var stream = new BatchStreamReader(files.open(bucket), allocator)) {
      requireSchema(bucket, stream.schema());
      for (Optional<VectorSchemaRoot> next = stream.next();
          next.isPresent();
          next = stream.next()) {
        try (VectorSchemaRoot batch = next.get();
            NewestColumns newest =
                history.convert(0, batch.getFieldVectors(), batch.getRowCount(), allocator)) {
          reader.accept(newest.columns(), batch.getRowCount());
        }
      }
    }
  }

  private void requireSchema(int bucket, Schema found) {
    if (!TableSchema.of(found).equals(schema)) {
      throw MillraceException.data(
          "Cannot fold into bucket %d of %s: its state has the schema %s, and %s is expected"
              .formatted(bucket, stream, found, schema));
    }
  }

  /** The key's columns among all. */
  List<FieldVector> key(List<FieldVector> columns) {
    return keyPlaces.stream().map(columns::get).toList();
  }

  /**
   * Hashes a row's key.
   *
   * @throws MillraceException (DATA) if it belongs to another bucket
   */
  KeyHash hash(List<FieldVector> key, int row, int bucket) {
    int found = hash.bucket(key, row);
    if (found != bucket) {
      throw MillraceException.data(
          "Cannot fold into bucket %d of %s: its state has a row of bucket %d"
              .formatted(bucket, stream, found));
    }
    return hash;
  }
}
