package io.millrace.connect.postgres.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connect.BatchAssembler;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.column.nested.Presence;
import io.millrace.connect.postgres.server.Column;
import io.millrace.core.MillraceException;
import io.millrace.core.change.Position;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The changes of one table and one bucket that were not sent yet, in vectors that are used again
 * for every batch. Rows wait as fields in their messages until a few hundred are appended at once.
 */
final class ChangeBatch implements AutoCloseable {
  private static final int MOST_WAITING = 256;
  private static final int MOST_WAITING_BYTES = 256 << 10;

  private final ChangedTable table;
  private final VectorSchemaRoot root;
  private final TupleColumns columns;
  private final TupleColumns before;
  private final Presence beforePresence = new Presence();
  private final ChangeColumns told;
  private final boolean[] ofKey;
  private final int[] identity;
  private final byte[][] names;
  private int rows;
  private int waiting;
  private long waitingBytes;

  /** An empty batch of a schema by {@link ChangeSchema}. */
  ChangeBatch(
      ChangedTable table, Schema schema, Unrepresentable policy, BufferAllocator allocator) {
    this.table = table;
    this.root = VectorSchemaRoot.create(schema, allocator);
    List<Column> all = table.columns();
    this.columns = new TupleColumns(all, root.getFieldVectors().subList(0, all.size()), policy);
    this.identity = table.places(table.relation().identityColumns());
    this.before =
        identity.length == 0
            ? new TupleColumns(List.of(), List.of(), policy)
            : new TupleColumns(
                all.stream()
                    .filter(c -> table.relation().identityColumns().contains(c.name()))
                    .toList(),
                ((StructVector) root.getVector(ChangeSchema.BEFORE)).getChildrenFromFields(),
                policy);
    this.told = new ChangeColumns(root);
    this.ofKey = new boolean[all.size()];
    for (int place : table.places(table.key())) {
      ofKey[place] = true;
    }
    this.names = all.stream().map(c -> c.name().getBytes(UTF_8)).toArray(byte[][]::new);
    begin();
  }

  private void begin() {
    rows = 0;
    waiting = 0;
    waitingBytes = 0;
    columns.reset();
    before.reset();
    beforePresence.reset();
    told.reset();
  }

  /**
   * Adds a change.
   *
   * @param row the row as it is now; of a delete, and of TRUNCATE, there is none
   * @param old what was sent of the row before, if anything was
   */
  void add(ChangeOperation op, WalTransaction transaction, long index, WalTuple row, WalTuple old) {
    told.set(rows, op, transaction, index);
    try {
      for (int column = 0; column < ofKey.length; column++) {
        if (row.isPresent()) {
          addNow(column, row, old);
        } else if (old.isPresent() && ofKey[column]) {
          columns.add(column, old, column);
        } else {
          columns.addNull(column);
        }
      }
      addBefore(old);
    } catch (TupleColumns.UnreadableField e) {
      throw unreadable(new Position(transaction.commitLsn(), index), e);
    }
    rows++;
    waiting++;
    waitingBytes += row.length() + old.length();
    if (waiting == MOST_WAITING || waitingBytes >= MOST_WAITING_BYTES) {
      append();
    }
  }

  /** What an update leaves unchanged may be known from the old row. */
  private void addNow(int column, WalTuple row, WalTuple old) {
    if (row.kind(column) != WalTuple.UNCHANGED) {
      columns.add(column, row, column);
    } else if (old.hasValue(column)) {
      columns.add(column, old, column);
    } else {
      columns.addNull(column);
      told.addUnchanged(rows, names[column]);
    }
  }

  private void addBefore(WalTuple old) {
    for (int i = 0; i < identity.length; i++) {
      if (old.isPresent()) {
        before.add(i, old, identity[i]);
      } else {
        before.addNull(i);
      }
    }
    beforePresence.add(old.isPresent());
  }

  private void append() {
    int first = rows - waiting;
    try {
      columns.append(first);
      before.append(first);
    } catch (TupleColumns.UnreadableField e) {
      throw unreadable(told.position(e.row()), e);
    }
    waiting = 0;
    waitingBytes = 0;
  }

  private MillraceException unreadable(Position position, TupleColumns.UnreadableField e) {
    return MillraceException.lasting(
        MillraceException.Category.DATA,
        "Cannot read a change of %s at %s: column %s"
            .formatted(table.name(), position, e.getMessage()),
        e);
  }

  boolean isEmpty() {
    return rows == 0;
  }

  /** Whether it shall be closed; looked at only once rows were appended, since that adds up. */
  boolean isFull(BatchAssembler assembler) {
    return waiting == 0 && rows > 0 && assembler.isFull(rows, bytes());
  }

  private long bytes() {
    return columns.bytes(rows) + before.bytes(rows) + told.bytes(rows);
  }

  /** Encodes what is there, as one record or more, and begins anew. */
  void close(int bucket, BatchAssembler assembler, EncodedChanges.Output output)
      throws InterruptedException {
    if (rows == 0) {
      return;
    }
    append();
    columns.finish(rows);
    before.finish(rows);
    if (identity.length > 0) {
      beforePresence.finish(root.getVector(ChangeSchema.BEFORE));
    }
    told.finish(rows);
    root.setRowCount(rows);
    var numbered = new Numbered(bucket, output);
    assembler.encode(root, bytes(), numbered::accept);
    begin();
  }

  /** Says of each record which of the rows it has. */
  private final class Numbered {
    private final int bucket;
    private final EncodedChanges.Output output;
    private int done;

    Numbered(int bucket, EncodedChanges.Output output) {
      this.bucket = bucket;
      this.output = output;
    }

    void accept(byte[] value, int count) throws InterruptedException {
      Position first = told.position(done);
      done += count;
      output.accept(
          new EncodedChanges(
              table,
              root.getSchema(),
              bucket,
              first,
              told.position(done - 1),
              count,
              ByteBuffer.wrap(value)));
    }
  }

  @Override
  public void close() {
    root.close();
  }
}
