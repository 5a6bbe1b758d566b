package io.millrace.connect.postgres.wal;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import io.millrace.core.change.KeyHash;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/**
 * The key of one row at a time: its values are appended to vectors of one row, whatever form they
 * came in, and hashed there.
 */
final class RowKey implements AutoCloseable {
  private final List<FieldVector> vectors = new ArrayList<>();
  private final TupleColumns columns;
  private final KeyHash hash;
  private final int[] places;

  RowKey(ChangedTable table, int buckets, BufferAllocator allocator) {
    this.places = table.places(table.key());
    this.hash = new KeyHash(table.key().isEmpty() ? 1 : buckets);
    var keyColumns = new ArrayList<Column>();
    for (int place : places) {
      keyColumns.add(table.columns().get(place));
    }
    for (var field : ChangeSchema.fields(keyColumns, Unrepresentable.CLAMP)) {
      vectors.add(field.createVector(allocator));
    }
    this.columns = new TupleColumns(keyColumns, vectors, Unrepresentable.CLAMP);
  }

  /**
   * Takes a row's key.
   *
   * @param instead where to look for a value that the row lacks since it is unchanged
   * @return the bucket
   */
  int take(WalTuple row, WalTuple instead) {
    columns.reset();
    for (int i = 0; i < places.length; i++) {
      int field = places[i];
      boolean there = row.kind(field) != WalTuple.UNCHANGED;
      columns.add(i, there ? row : instead, field);
    }
    columns.append(0);
    columns.finish(1);
    return hash.bucket(vectors, 0);
  }

  /** Whether the key taken last is that of another. */
  boolean equalsKeyOf(RowKey other) {
    return hash.sameKey(other.hash);
  }

  @Override
  public void close() {
    vectors.forEach(FieldVector::close);
  }
}
