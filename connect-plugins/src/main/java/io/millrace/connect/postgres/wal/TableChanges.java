package io.millrace.connect.postgres.wal;

import io.millrace.connect.BatchAssembler;
import io.millrace.core.change.Position;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One table's changes as long as it stays as it was announced: each goes to the batch of its key's
 * bucket. A key that changes is a delete of the old key and an insert under the new one.
 */
final class TableChanges implements AutoCloseable {
  private static final WalTuple NONE = new WalTuple();

  private final ChangedTable table;
  private final EncodedChanges.Output output;
  private final BatchAssembler assembler;
  private final RowKey oldKey;
  private final RowKey newKey;
  private final Supplier<ChangeBatch> newBatch;

  /** Null for buckets without changes: a batch takes memory also while it is empty. */
  private final ChangeBatch[] batches;

  TableChanges(
      ChangedTable table,
      ChangeSettings settings,
      BufferAllocator allocator,
      EncodedChanges.Output output) {
    this.table = table;
    this.output = output;
    this.assembler = new BatchAssembler(settings.recordBytes(), this::nameOf);
    Schema schema = ChangeSchema.of(table, settings.policy());
    this.newBatch = () -> new ChangeBatch(table, schema, settings.policy(), allocator);
    this.oldKey = new RowKey(table, settings.buckets(), allocator);
    this.newKey = new RowKey(table, settings.buckets(), allocator);
    this.batches = new ChangeBatch[table.key().isEmpty() ? 1 : settings.buckets()];
  }

  ChangedTable table() {
    return table;
  }

  private String nameOf(VectorSchemaRoot batch, int row) {
    Position position = ChangeColumns.position(batch, row);
    return "%s (the change at %s)".formatted(table.name(), position);
  }

  void insert(WalTransaction transaction, long index, WalTuple row) throws InterruptedException {
    requireColumns(row);
    int bucket = newKey.take(row, NONE);
    add(bucket, ChangeOperation.INSERT, transaction, index, row, NONE);
  }

  /** Takes an update, which has two indexes: this one for its delete, the next for its row. */
  void update(WalTransaction transaction, long index, WalTuple old, WalTuple row)
      throws InterruptedException {
    requireColumns(row);
    int bucket = newKey.take(row, old);
    ChangeOperation op = ChangeOperation.UPDATE;
    if (old.isPresent()) {
      requireColumns(old);
      int oldBucket = oldKey.take(old, NONE);
      if (!oldKey.equalsKeyOf(newKey)) {
        add(oldBucket, ChangeOperation.DELETE, transaction, index, NONE, old);
        op = ChangeOperation.INSERT;
      }
    }
    add(bucket, op, transaction, index + 1, row, old);
  }

  void delete(WalTransaction transaction, long index, WalTuple old) throws InterruptedException {
    requireColumns(old);
    add(oldKey.take(old, NONE), ChangeOperation.DELETE, transaction, index, NONE, old);
  }

  /** Tells every bucket. */
  void truncate(WalTransaction transaction, long index) throws InterruptedException {
    for (int bucket = 0; bucket < batches.length; bucket++) {
      add(bucket, ChangeOperation.TRUNCATE, transaction, index, NONE, NONE);
    }
  }

  private void requireColumns(WalTuple tuple) {
    if (tuple.columns() != table.columns().size()) {
      throw ChangeReader.broken(
          "a row of %s has %d columns where %d were announced"
              .formatted(table.name(), tuple.columns(), table.columns().size()));
    }
  }

  private void add(
      int bucket,
      ChangeOperation op,
      WalTransaction transaction,
      long index,
      WalTuple row,
      WalTuple old)
      throws InterruptedException {
    if (Long.compareUnsigned(transaction.commitLsn(), table.since()) < 0) {
      return; // a snapshot has it
    }
    if (batches[bucket] == null) {
      batches[bucket] = newBatch.get();
    }
    ChangeBatch batch = batches[bucket];
    batch.add(op, transaction, index, row, old);
    if (batch.isFull(assembler)) {
      batch.close(bucket, assembler, output);
    }
  }

  /** Closes all batches; those without a change since the last time give their memory back. */
  void closeBatches() throws InterruptedException {
    for (int bucket = 0; bucket < batches.length; bucket++) {
      ChangeBatch batch = batches[bucket];
      if (batch != null && batch.isEmpty()) {
        batch.close();
        batches[bucket] = null;
      } else if (batch != null) {
        batch.close(bucket, assembler, output);
      }
    }
  }

  @Override
  public void close() {
    oldKey.close();
    newKey.close();
    Arrays.stream(batches).filter(Objects::nonNull).forEach(ChangeBatch::close);
  }
}
