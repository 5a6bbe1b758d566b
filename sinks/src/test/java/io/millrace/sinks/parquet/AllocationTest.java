package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Row objects cannot creep in: one object per row and column would be at least 320 bytes. */
class AllocationTest {
  private static final int ROWS = 16_384;
  private static final int BATCHES = 25;

  @TempDir Path folder;

  @Test
  void writingTwentyColumnsAllocatesLittlePerRow() throws Exception {
    Schema schema = trips();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
      fill(batch);
      write(batch, "warm-up.parquet");

      assertThat(write(batch, "measured.parquet")).isBetween(1L, 60L);
    }
  }

  @Test
  void writingListsOfStructsAllocatesLittlePerRow() throws Exception {
    Schema schema = lists();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
      batch.allocateNew();
      for (int row = 0; row < ROWS; row++) {
        Object[] element = {row, "text"};
        Cells.set(batch.getVector(0), row, Collections.nCopies(row % 9, element));
      }
      batch.setRowCount(ROWS);
      write(batch, "warm-up.parquet");

      assertThat(write(batch, "measured.parquet")).isBetween(1L, 60L);
    }
  }

  private static Schema lists() {
    Field element =
        new Field(
            "item",
            FieldType.nullable(new ArrowType.Struct()),
            List.of(
                Field.nullable("n", new ArrowType.Int(64, true)),
                Field.nullable("t", new ArrowType.Utf8())));
    return new Schema(
        List.of(new Field("v", FieldType.nullable(new ArrowType.List()), List.of(element))));
  }

  /** Bytes this thread allocated on the heap per row, over several row groups and the footer. */
  private long write(VectorSchemaRoot batch, String name) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    try (var writer =
        new ArrowParquetWriter(
            new LocalOutputFile(folder.resolve(name)),
            batch.getSchema(),
            new ParquetOptions(
                Compression.ZSTD,
                3,
                128 << 20,
                ROWS * BATCHES / 2,
                1 << 20,
                ParquetOptions.Dictionaries.TEXT),
            Map.of())) {
      writer.append(batch);
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 1; i < BATCHES; i++) {
        writer.append(batch);
      }
      writer.finish();
      return (threads.getThreadAllocatedBytes(thread) - before) / (ROWS * (BATCHES - 1L));
    }
  }

  private static Schema trips() {
    List<Field> fields = new ArrayList<>();
    add(fields, 1, false, new ArrowType.Int(64, true));
    add(fields, 6, true, new ArrowType.Int(32, true));
    add(fields, 2, false, new ArrowType.Timestamp(TimeUnit.MICROSECOND, null));
    add(fields, 1, true, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
    add(fields, 1, true, new ArrowType.Utf8());
    add(fields, 9, true, new ArrowType.Decimal(10, 2, 128));
    return new Schema(fields);
  }

  private static void add(List<Field> fields, int count, boolean nullable, ArrowType type) {
    for (int i = 0; i < count; i++) {
      fields.add(new Field("c" + fields.size(), new FieldType(nullable, type, null), List.of()));
    }
  }

  private static void fill(VectorSchemaRoot batch) {
    Random random = new Random(1);
    batch.allocateNew();
    for (FieldVector vector : batch.getFieldVectors()) {
      for (int row = 0; row < ROWS; row++) {
        boolean isNull = vector.getField().isNullable() && random.nextInt(50) == 0;
        Cells.set(vector, row, isNull ? null : value(vector.getField().getType(), random));
      }
    }
    batch.setRowCount(ROWS);
  }

  private static Object value(ArrowType type, Random random) {
    return switch (type.getTypeID()) {
      case Utf8 -> random.nextBoolean() ? "Y" : "N";
      case Decimal -> BigDecimal.valueOf(random.nextInt(5_000), 2);
      default -> random.nextInt(300);
    };
  }
}
