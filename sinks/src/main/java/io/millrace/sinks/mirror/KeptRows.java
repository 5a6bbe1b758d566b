package io.millrace.sinks.mirror;

import io.millrace.sinks.mirror.vector.BatchBuilder;
import io.millrace.sinks.mirror.vector.BatchLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows of the state that others are made of: a row whose key changed takes the values that it left
 * as they were along, wherever it goes. They are read before anything is written, and stay in
 * memory.
 */
final class KeptRows implements AutoCloseable {
  private final Lineage lineage;
  private final NumberedChanges changes;
  private final BitSet wanted = new BitSet();
  private final BitSet buckets = new BitSet();
  private final int[] rowOf;
  private final List<VectorSchemaRoot> kept = new ArrayList<>();

  /** Finds out which rows are wanted. */
  KeptRows(Lineage lineage, NumberedChanges changes) {
    this.lineage = lineage;
    this.changes = changes;
    for (int change = 0; change < changes.size(); change++) {
      int key = lineage.key(change);
      if (key != KeyIndex.ABSENT
          && lineage.last(key) == change
          && changes.unchangedCount(change) > 0) {
        want(key, change);
      }
    }
    this.rowOf = new int[wanted.length()];
  }

  private void want(int key, int change) {
    int bucket = changes.bucket(change);
    if (!lineage.isLive(key, bucket)) {
      return;
    }
    for (int i = 0; i < changes.unchangedCount(change); i++) {
      int column = changes.unchanged(change, i);
      int origin = column < 0 ? 0 : lineage.origin(change, column);
      if (Lineage.isOld(origin)
          && !(Lineage.oldKey(origin) == key && lineage.keepsPlace(key, bucket))) {
        wanted.set(Lineage.oldKey(origin));
        buckets.set(lineage.bucket(Lineage.oldKey(origin)));
      }
    }
  }

  /** Reads them. */
  void read(OldRows old, Schema schema, BufferAllocator allocator) throws IOException {
    var unlimited = new BatchLimits(Integer.MAX_VALUE, Long.MAX_VALUE);
    try (var builder = new BatchBuilder(schema, unlimited, allocator)) {
      builder.setOutput(batch -> kept.add(batch.slice(0)));
      for (int bucket : buckets.stream().toArray()) {
        old.read(bucket, (columns, rows) -> keep(old, bucket, columns, rows, builder));
        lineage.requireFound(bucket);
        lineage.forgetFound(bucket);
      }
      builder.finish();
    }
  }

  private void keep(
      OldRows old, int bucket, List<FieldVector> columns, int rows, BatchBuilder builder)
      throws IOException {
    List<FieldVector> keyColumns = old.key(columns);
    builder.setSource(0, columns, rows);
    for (int row = 0; row < rows; row++) {
      int key = lineage.find(bucket, old.hash(keyColumns, row, bucket));
      if (key != KeyIndex.ABSENT) {
        lineage.foundOld(key);
        if (wanted.get(key)) {
          rowOf[key] = builder.rows();
          builder.add(0, row, 1);
        }
      }
    }
    builder.copy();
  }

  /** The rows' columns; none if no row is wanted. */
  List<VectorSchemaRoot> batches() {
    return kept;
  }

  /** Where the state's row of a key is. */
  int row(int key) {
    return rowOf[key];
  }

  @Override
  public void close() {
    kept.forEach(VectorSchemaRoot::close);
  }
}
