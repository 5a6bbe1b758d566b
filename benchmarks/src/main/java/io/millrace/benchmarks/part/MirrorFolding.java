package io.millrace.benchmarks.part;

import io.millrace.core.PlanId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.BatchStreamWriter;
import io.millrace.sinks.mirror.BucketSplitter;
import io.millrace.sinks.mirror.MirrorChanges;
import io.millrace.sinks.mirror.MirrorFold;
import io.millrace.sinks.mirror.vector.BatchLimits;
import io.millrace.sinks.parquet.ArrowParquetWriter;
import io.millrace.sinks.parquet.ParquetOptions;
import io.millrace.sinks.parquet.StreamOutputFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A mirror of 1,000,000 rows in 16 buckets, some of which were updated: changes are decoded from
 * record values, the state is read, folded and written, to nowhere. {@code cpuMilliseconds} is the
 * sum of all measured iterations.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
public class MirrorFolding {
  private static final int ROWS = 1_000_000;
  private static final int BUCKETS = 16;
  private static final int BATCH = 8192;
  private static final StreamId STREAM = new StreamId("shop", "orders");
  private static final Generation GENERATION =
      new Generation(
          PlanId.after(0, Instant.EPOCH, "0000000000000000"),
          "system",
          "slot",
          BUCKETS,
          List.of("id"),
          KeyHash.NAME);

  /** What becomes of the new rows. */
  public enum Written {
    /** Nothing. */
    NONE,
    /** The state. */
    STATE,
    /** The state and the Parquet file. */
    BOTH
  }

  @Param({"1", "10", "100"})
  private int percent;

  @Param({"NONE", "STATE", "BOTH"})
  private Written written;

  private BufferAllocator allocator;
  private final List<byte[]> files = new ArrayList<>();
  private final List<List<byte[]>> changes = new ArrayList<>();

  /** CPU time of the thread. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Cpu {
    private long nanoseconds;

    /** Begins to count. */
    @Setup(Level.Iteration)
    public void begin() {
      nanoseconds = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Since then; JMH adds the iterations up. */
    public long cpuMilliseconds() {
      long now = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      return TimeUnit.NANOSECONDS.toMillis(now - nanoseconds);
    }
  }

  /** Makes the state and the changes. */
  @Setup
  public void open() throws IOException {
    allocator = new RootAllocator();
    List<ByteArrayOutputStream> outs = new ArrayList<>();
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      outs.add(new ByteArrayOutputStream());
    }
    try (var splitter =
        new BucketSplitter(
            STREAM, GENERATION, MirroredRows.SCHEMA, outs::get, BatchLimits.DEFAULT, allocator)) {
      for (int first = 0; first < ROWS; first += BATCH) {
        try (VectorSchemaRoot rows =
            MirroredRows.rows(first, Math.min(BATCH, ROWS - first), allocator)) {
          splitter.append(rows);
        }
      }
      splitter.finish();
    }
    outs.forEach(out -> files.add(out.toByteArray()));
    update();
  }

  private void update() {
    int[] buckets = MirroredRows.buckets(ROWS, BUCKETS, allocator);
    var random = new SplittableRandom(1);
    List<List<Integer>> ids = new ArrayList<>();
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      ids.add(new ArrayList<>());
    }
    for (int id = 0; id < ROWS; id++) {
      if (random.nextInt(100) < percent) {
        ids.get(buckets[id]).add(id);
      }
    }
    var codec = new ArrowCodec();
    for (List<Integer> of : ids) {
      List<byte[]> records = new ArrayList<>();
      for (int from = 0; from < of.size(); from += BATCH) {
        List<Integer> some = of.subList(from, Math.min(of.size(), from + BATCH));
        try (VectorSchemaRoot updates = MirroredRows.updates(some, allocator)) {
          records.add(codec.encode(updates));
        }
      }
      changes.add(records);
    }
  }

  /** One fold of all buckets. */
  @Benchmark
  public long fold(Cpu cpu) throws IOException {
    long rows = 0;
    try (var of = new MirrorChanges(STREAM, GENERATION, Position.START)) {
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        for (byte[] record : changes.get(bucket)) {
          of.add(bucket, ArrowCodec.decode(ByteBuffer.wrap(record), allocator));
        }
      }
      try (var fold =
          new MirrorFold(
              of,
              MirroredRows.SCHEMA,
              bucket -> new ByteArrayInputStream(files.get(bucket)),
              BatchLimits.DEFAULT,
              allocator)) {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
          rows += write(fold, bucket);
        }
      }
    }
    return rows;
  }

  private long write(MirrorFold fold, int bucket) throws IOException {
    return switch (written) {
      case NONE -> fold.write(bucket, batch -> {});
      case STATE -> {
        var writer = new BatchStreamWriter(OutputStream.nullOutputStream(), fold.schema());
        yield fold.write(bucket, writer::write);
      }
      case BOTH -> {
        var state = new BatchStreamWriter(OutputStream.nullOutputStream(), fold.schema());
        try (var table =
            new ArrowParquetWriter(
                new StreamOutputFile(OutputStream.nullOutputStream()),
                fold.schema(),
                ParquetOptions.DEFAULT,
                Map.of())) {
          fold.write(
              bucket,
              batch -> {
                state.write(batch);
                table.append(batch);
              });
          yield table.finish().rows();
        }
      }
    };
  }

  /** Frees what is left. */
  @TearDown
  public void close() {
    allocator.close();
  }
}
