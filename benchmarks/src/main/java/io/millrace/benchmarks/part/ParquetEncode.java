package io.millrace.benchmarks.part;

import io.millrace.benchmarks.driven.RowDecoder;
import io.millrace.sinks.parquet.ArrowParquetWriter;
import io.millrace.sinks.parquet.Compression;
import io.millrace.sinks.parquet.ParquetOptions;
import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;
import io.millrace.sinks.parquet.StreamOutputFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
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

/**
 * Vectors into a Parquet file that is thrown away, by kind of value, compression and dictionary.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ParquetEncode {
  @Param({"integer", "numeric", "timestamp", "double", "text", "uuid", "jsonb", "trips"})
  private String family;

  @Param({"NONE", "ZSTD"})
  private Compression compression;

  @Param({"NONE", "TEXT"})
  private Dictionaries dictionaries;

  private BufferAllocator allocator;
  private RowDecoder decoder;
  private VectorSchemaRoot rows;
  private ParquetOptions options;

  /** Gets the rows. */
  @Setup
  public void open() throws Exception {
    allocator = new RootAllocator();
    SampleRows sample = SampleRows.of(family);
    decoder = new RowDecoder(sample.table(), allocator);
    rows = decoder.decode(sample.messages());
    options =
        new ParquetOptions(
            compression, compression.usualLevel(), 32L << 20, 1 << 20, 1 << 20, dictionaries);
  }

  /** One file of 65,536 rows. */
  @Benchmark
  @OperationsPerInvocation(SampleRows.ROWS)
  public long encode() throws IOException {
    var nowhere = new StreamOutputFile(OutputStream.nullOutputStream());
    try (var writer = new ArrowParquetWriter(nowhere, rows.getSchema(), options, Map.of())) {
      writer.append(rows);
      return writer.finish().bytes();
    }
  }

  /** Frees the vectors. */
  @TearDown
  public void close() {
    decoder.close();
    allocator.close();
  }
}
