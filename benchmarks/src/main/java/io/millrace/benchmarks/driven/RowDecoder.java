package io.millrace.benchmarks.driven;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Table;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * COPY's tuples into vectors, as the product's reader does it, but whoever calls says where a batch
 * ends.
 */
public final class RowDecoder implements AutoCloseable {
  /** Bytes before the first tuple of a COPY. */
  public static final int HEADER = 19;

  private final Table table;
  private final List<ColumnType> types;
  private final VectorSchemaRoot root;
  private final ColumnAppender[] appenders;
  private final TupleChunk chunk = new TupleChunk();
  private int rows;

  /** A decoder of a table's rows; its vectors are used again for every batch. */
  public RowDecoder(Table table, BufferAllocator allocator) {
    this.table = table;
    this.types =
        table.columns().stream()
            .map(column -> ColumnType.of(column, Unrepresentable.ERROR))
            .toList();
    this.root = VectorSchemaRoot.create(ColumnType.schema(table, Unrepresentable.ERROR), allocator);
    this.appenders = new ColumnAppender[types.size()];
    for (int i = 0; i < appenders.length; i++) {
      appenders[i] = types.get(i).appender(root.getVector(i));
    }
  }

  /** The schema of the batches. */
  public Schema schema() {
    return root.getSchema();
  }

  /** The command that sends what this decodes. */
  public String command(String condition) {
    return "COPY (SELECT %s FROM %s WHERE %s) TO STDOUT (FORMAT binary)"
        .formatted(
            types.stream().map(ColumnType::sql).collect(Collectors.joining(", ")),
            table.fromSql(),
            condition);
  }

  /** Forgets the rows. */
  public void begin() {
    rows = 0;
    for (ColumnAppender appender : appenders) {
      appender.reset();
    }
  }

  /**
   * Takes a message with one tuple, which begins at a place in it.
   *
   * @return whether {@link #rows()} has grown
   */
  public boolean add(byte[] message, int at) {
    chunk.add(message, at + Short.BYTES);
    boolean full = chunk.isFull();
    if (full) {
      append();
    }
    return full;
  }

  private void append() {
    int end = rows + chunk.count();
    for (ColumnAppender appender : appenders) {
      appender.reserve(end);
      appender.append(chunk, rows);
    }
    chunk.requireConsumed();
    chunk.clear();
    rows = end;
  }

  /** Rows that lie in vectors; those that were added last may not yet. */
  public int rows() {
    return rows;
  }

  /** Bytes that {@link #rows()} take in their vectors. */
  public long bytes() {
    long bytes = 0;
    for (ColumnAppender appender : appenders) {
      bytes += appender.bytes(rows);
    }
    return bytes;
  }

  /** The vectors with all rows since {@link #begin()}; valid until the next. */
  public VectorSchemaRoot batch() {
    append();
    for (ColumnAppender appender : appenders) {
      appender.finish(rows);
    }
    root.setRowCount(rows);
    return root;
  }

  /** Fills the vectors with the rows of all messages, in place of those before. */
  public VectorSchemaRoot decode(List<byte[]> messages) {
    begin();
    for (byte[] message : messages) {
      add(message, 0);
    }
    return batch();
  }

  @Override
  public void close() {
    root.close();
  }
}
