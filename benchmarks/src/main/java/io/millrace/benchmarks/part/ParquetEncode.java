package io.millrace.benchmarks.part;

import io.millrace.sinks.parquet.ArrowParquetWriter;
import io.millrace.sinks.parquet.Compression;
import io.millrace.sinks.parquet.ParquetOptions;
import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
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
    decoder = new RowDecoder(SampleRows.of(family), allocator);
    rows = decoder.decode();
    options =
        new ParquetOptions(
            compression, compression.usualLevel(), 32L << 20, 1 << 20, 1 << 20, dictionaries);
  }

  /** One file of 65,536 rows. */
  @Benchmark
  @OperationsPerInvocation(SampleRows.ROWS)
  public long encode() throws IOException {
    try (var writer = new ArrowParquetWriter(new Nowhere(), rows.getSchema(), options, Map.of())) {
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

  /** A file whose bytes are only counted. */
  private static final class Nowhere implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new PositionOutputStream() {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int one) {
          position++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
          position += length;
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
