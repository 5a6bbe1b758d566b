package io.millrace.sinks.mirror;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.sinks.mirror.evolution.TableSchema;
import io.millrace.sinks.mirror.vector.BatchBuilder;
import io.millrace.sinks.mirror.vector.BatchLimits;
import io.millrace.sinks.mirror.vector.BatchOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Makes of a table's state and the changes after it the next state, bucket by bucket. A row keeps
 * its place for as long as its key lives; rows that begin come behind them, in the order of the
 * positions at which they began. So the order of rows does not depend on how changes are shared out
 * over folds.
 *
 * <p>In memory are the changes, an index of their keys, a batch of the state, and a batch of what
 * is written; also those rows of the state whose keys changed and that left values as they were.
 * Not thread-safe.
 */
public final class MirrorFold implements AutoCloseable {
  private static final int OLD = 0;
  private static final int FIRST_BATCH = 1;

  private final StreamId stream;
  private final BufferAllocator allocator;
  private final NumberedChanges changes;
  private final Lineage lineage;
  private final KeptRows kept;
  private final OldRows old;
  private final BatchBuilder builder;
  private final BitSet touched = new BitSet();
  private int[] elsewhere = new int[12];
  private long written;

  /**
   * Looks at all changes, and at rows of the state that others are made of.
   *
   * @param changes stay the caller's, who closes them after the fold
   * @param state the schema of the state, as the fold before it or a {@link BucketSplitter} told
   * @param files the state
   * @throws MillraceException (DATA) if changes do not fit together, or the schema changed such
   *     that the table has to be read again; (CONFIGURATION) if there is not enough memory
   */
  public MirrorFold(
      MirrorChanges changes,
      Schema state,
      BucketFiles files,
      BatchLimits limits,
      BufferAllocator allocator)
      throws IOException {
    this.stream = changes.stream();
    this.allocator = allocator;
    NumberedChanges numbered = null;
    KeptRows rows = null;
    BatchBuilder output = null;
    Schema table = TableSchema.of(state);
    try {
      numbered = new NumberedChanges(changes, table, allocator);
      this.lineage = new Lineage(changes, numbered);
      rows = new KeptRows(lineage, numbered);
      this.old = new OldRows(changes, numbered.history(), table, files, allocator);
      rows.read(old, numbered.history().newest(), allocator);
      output = new BatchBuilder(numbered.history().newest(), limits, allocator);
      setSources(output, numbered, rows);
    } catch (OutOfMemoryException e) {
      MillraceException tooMuch = tooMuch(e);
      closeAll(output, rows, numbered);
      throw tooMuch;
    } catch (IOException | RuntimeException e) {
      closeAll(output, rows, numbered);
      throw e;
    }
    this.changes = numbered;
    this.kept = rows;
    this.builder = output;
    for (int bucket = 0; bucket < changes.generation().buckets(); bucket++) {
      boolean hasChanges = numbered.start(bucket) < numbered.end(bucket);
      touched.set(bucket, hasChanges || numbered.history().hasChanged());
    }
  }

  private static void setSources(BatchBuilder builder, NumberedChanges changes, KeptRows kept) {
    for (int batch = 0; batch < changes.batches(); batch++) {
      builder.setSource(FIRST_BATCH + batch, changes.columns(batch), changes.rows(batch));
    }
    for (VectorSchemaRoot rows : kept.batches()) {
      builder.setSource(
          FIRST_BATCH + changes.batches(), rows.getFieldVectors(), rows.getRowCount());
    }
  }

  private MillraceException tooMuch(OutOfMemoryException e) {
    return MillraceException.lasting(
        MillraceException.Category.CONFIGURATION,
        "Cannot fold the changes of %s: with them %d bytes of vectors are in use, and there is no more room (%s); fold a shorter range of windows, or give more memory"
            .formatted(stream, allocator.getAllocatedMemory(), e.getMessage()),
        e);
  }

  /** The schema of the new state: that of the newest change. */
  public Schema schema() {
    return changes.history().newest();
  }

  /**
   * The buckets that have changes; all of them if the schema changed, so that a state has one
   * schema. The files of the others stay as they are.
   */
  public BitSet touched() {
    return (BitSet) touched.clone();
  }

  /**
   * Writes the new rows of a bucket, also of one that was not touched.
   *
   * @return how many rows it has
   * @throws MillraceException (DATA) if the state lacks a row that was changed, or has one that was
   *     inserted; (CONFIGURATION) if there is not enough memory. What was written is of no use
   *     then, and the fold can only be closed
   */
  public long write(int bucket, BatchOutput output) throws IOException {
    written = 0;
    builder.setOutput(
        batch -> {
          written += batch.getRowCount();
          output.accept(batch);
        });
    try {
      writeOld(bucket);
      writeNew(bucket);
      builder.finish();
    } catch (OutOfMemoryException e) {
      throw tooMuch(e);
    }
    return written;
  }

  private void writeOld(int bucket) throws IOException {
    boolean isTruncated = lineage.isTruncated(bucket);
    if (changes.start(bucket) == changes.end(bucket)) {
      old.read(
          bucket,
          (columns, rows) -> {
            builder.setSource(OLD, columns, rows);
            builder.add(OLD, 0, rows);
            builder.copy();
          });
    } else if (!isTruncated || lineage.hasEarlier(bucket)) {
      old.read(bucket, (columns, rows) -> writeOld(bucket, columns, rows));
      lineage.requireFound(bucket);
      lineage.forgetFound(bucket);
    }
  }

  private void writeOld(int bucket, List<FieldVector> columns, int rows) throws IOException {
    List<FieldVector> keyColumns = old.key(columns);
    boolean isTruncated = lineage.isTruncated(bucket);
    builder.setSource(OLD, columns, rows);
    int kept = 0;
    for (int row = 0; row < rows; row++) {
      int key = lineage.find(bucket, old.hash(keyColumns, row, bucket));
      if (key != KeyIndex.ABSENT) {
        lineage.foundOld(key);
        add(kept, isTruncated ? kept : row);
        kept = row + 1;
        if (lineage.keepsPlace(key, bucket)) {
          write(lineage.last(key), row);
        }
      }
    }
    add(kept, isTruncated ? kept : rows);
    builder.copy();
  }

  /** Adds rows of the state that nothing has changed. */
  private void add(int from, int to) throws IOException {
    builder.add(OLD, from, to - from);
  }

  private void writeNew(int bucket) throws IOException {
    for (int change = changes.start(bucket); change < changes.end(bucket); change++) {
      if (lineage.beginsRow(change)) {
        write(lineage.last(lineage.key(change)), NumberedChanges.ABSENT);
      }
    }
  }

  /** Adds the row that a change made of its key's. */
  private void write(int change, int oldRow) throws IOException {
    int count = 0;
    for (int i = 0; i < changes.unchangedCount(change); i++) {
      int column = changes.unchanged(change, i);
      if (column >= 0) {
        takeFrom(lineage.origin(change, column), column, oldRow, count, lineage.key(change));
        count++;
      }
    }
    builder.add(FIRST_BATCH + changes.batch(change), changes.row(change), count, elsewhere);
  }

  private void takeFrom(int origin, int column, int oldRow, int place, int key) {
    int at = 3 * place;
    if (at == elsewhere.length) {
      elsewhere = Arrays.copyOf(elsewhere, 2 * at);
    }
    elsewhere[at] = column;
    if (!Lineage.isOld(origin)) {
      elsewhere[at + 1] = FIRST_BATCH + changes.batch(origin);
      elsewhere[at + 2] = changes.row(origin);
    } else if (Lineage.oldKey(origin) == key && oldRow >= 0) {
      elsewhere[at + 1] = OLD;
      elsewhere[at + 2] = oldRow;
    } else {
      elsewhere[at + 1] = FIRST_BATCH + changes.batches();
      elsewhere[at + 2] = kept.row(Lineage.oldKey(origin));
    }
  }

  @Override
  public void close() {
    closeAll(builder, kept, changes);
  }

  private static void closeAll(BatchBuilder builder, KeptRows kept, NumberedChanges changes) {
    if (builder != null) {
      builder.close();
    }
    if (kept != null) {
      kept.close();
    }
    if (changes != null) {
      changes.close();
    }
  }
}
