package io.millrace.benchmarks.part;

import io.millrace.benchmarks.driven.RowDecoder;
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
  private SampleRows sample;
  private RowDecoder decoder;

  /** Gets the rows. */
  @Setup
  public void open() throws Exception {
    allocator = new RootAllocator();
    sample = SampleRows.of(family);
    decoder = new RowDecoder(sample.table(), allocator);
  }

  /** All rows, in place of those before. */
  @Benchmark
  @OperationsPerInvocation(SampleRows.ROWS)
  public VectorSchemaRoot decode() {
    return decoder.decode(sample.messages());
  }

  /** Frees the vectors. */
  @TearDown
  public void close() {
    decoder.close();
    allocator.close();
  }
}
