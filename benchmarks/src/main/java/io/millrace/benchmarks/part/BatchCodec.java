package io.millrace.benchmarks.part;

import io.millrace.benchmarks.driven.RowDecoder;
import io.millrace.benchmarks.table.TestTable;
import io.millrace.core.wire.ArrowCodec;
import java.nio.ByteBuffer;
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

/** Vectors to an Arrow IPC stream with ZSTD bodies, and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class BatchCodec {
  private static final int ROWS = 1 << 13;

  @Param({"trips", "trips-even"})
  private String table;

  private final ArrowCodec codec = new ArrowCodec();
  private BufferAllocator allocator;
  private RowDecoder rows;
  private VectorSchemaRoot batch;
  private byte[] encoded;

  /** Gets the rows. */
  @Setup
  public void open() throws Exception {
    allocator = new RootAllocator();
    SampleRows sample = SampleRows.of(TestTable.of(table));
    rows = new RowDecoder(sample.table(), allocator);
    batch = rows.decode(sample.messages()).slice(0, ROWS);
    encoded = codec.encode(batch);
  }

  /** One batch of 8,192 rows. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public byte[] encode() {
    return codec.encode(batch);
  }

  /** The same batch read. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public int decode() {
    try (VectorSchemaRoot decoded = ArrowCodec.decode(ByteBuffer.wrap(encoded), allocator)) {
      return decoded.getRowCount();
    }
  }

  /** Frees the vectors. */
  @TearDown
  public void close() {
    batch.close();
    rows.close();
    allocator.close();
  }
}
