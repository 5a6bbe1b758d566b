package io.millrace.benchmarks.part;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** COPY BINARY's tuples into vectors, by kind of value and for a whole row of trips. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class CopyDecode {
  @Param({"integer", "numeric", "timestamp", "double", "text", "uuid", "jsonb", "array", "trips"})
  private String family;

  private BufferAllocator allocator;
  private VectorSchemaRoot root;
  private List<byte[]> messages;
  private ColumnAppender[] appenders;
  private final TupleChunk chunk = new TupleChunk();

  /** Gets the rows. */
  @Setup
  public void open() throws Exception {
    SampleRows rows = SampleRows.of(family);
    messages = rows.messages();
    allocator = new RootAllocator();
    List<ColumnType> types =
        rows.table().columns().stream()
            .map(column -> ColumnType.of(column, Unrepresentable.ERROR))
            .toList();
    root =
        VectorSchemaRoot.create(ColumnType.schema(rows.table(), Unrepresentable.ERROR), allocator);
    appenders = new ColumnAppender[types.size()];
    for (int i = 0; i < appenders.length; i++) {
      appenders[i] = types.get(i).appender(root.getVector(i));
    }
  }

  /** As the product's reader does it, without encoding batches. */
  @Benchmark
  @OperationsPerInvocation(SampleRows.ROWS)
  public int decode() {
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
    return rows;
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

  /** Frees the vectors. */
  @TearDown
  public void close() {
    root.close();
    allocator.close();
  }
}
