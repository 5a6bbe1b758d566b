package io.millrace.benchmarks.part;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** COPY's tuples into vectors, as the product's reader does it but without cutting batches. */
final class RowDecoder implements AutoCloseable {
  private final List<byte[]> messages;
  private final VectorSchemaRoot root;
  private final ColumnAppender[] appenders;
  private final TupleChunk chunk = new TupleChunk();

  RowDecoder(SampleRows rows, BufferAllocator allocator) {
    this.messages = rows.messages();
    this.root =
        VectorSchemaRoot.create(ColumnType.schema(rows.table(), Unrepresentable.ERROR), allocator);
    this.appenders = new ColumnAppender[rows.table().columns().size()];
    for (int i = 0; i < appenders.length; i++) {
      appenders[i] =
          ColumnType.of(rows.table().columns().get(i), Unrepresentable.ERROR)
              .appender(root.getVector(i));
    }
  }

  /** Fills the vectors with all rows, in place of those before. */
  VectorSchemaRoot decode() {
    for (ColumnAppender appender : appenders) {
      appender.reset();
    }
    int rows = 0;
    for (byte[] message : messages) {
      chunk.add(message, Short.BYTES);
      if (chunk.isFull()) {
        rows = append(rows);
      }
    }
    rows = append(rows);
    for (ColumnAppender appender : appenders) {
      appender.finish(rows);
    }
    root.setRowCount(rows);
    return root;
  }

  private int append(int rows) {
    int end = rows + chunk.count();
    for (ColumnAppender appender : appenders) {
      appender.reserve(end);
      appender.append(chunk, rows);
    }
    chunk.requireConsumed();
    chunk.clear();
    return end;
  }

  @Override
  public void close() {
    root.close();
  }
}
