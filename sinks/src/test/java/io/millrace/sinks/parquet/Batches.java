package io.millrace.sinks.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.io.LocalOutputFile;

/** Small batches and the files to write them to. */
final class Batches {
  /** A required column {@code n}. */
  static final Schema NUMBERS = schema(field("n", false, new ArrowType.Int(64, true)));

  /** A nullable column {@code t}. */
  static final Schema TEXTS = schema(field("t", true, new ArrowType.Utf8()));

  private Batches() {}

  static Schema schema(Field... fields) {
    return new Schema(List.of(fields));
  }

  static Field field(String name, boolean nullable, ArrowType type) {
    return new Field(name, new FieldType(nullable, type, null), List.of());
  }

  static ArrowParquetWriter writer(Path file, Schema schema, ParquetOptions options)
      throws IOException {
    return new ArrowParquetWriter(new LocalOutputFile(file), schema, options, Map.of());
  }

  /** Appends one batch of this many rows. */
  static void append(
      ArrowParquetWriter writer,
      BufferAllocator allocator,
      Schema schema,
      int rows,
      IntFunction<Object[]> row)
      throws IOException {
    try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
      batch.allocateNew();
      for (int i = 0; i < rows; i++) {
        Object[] cells = row.apply(i);
        for (int c = 0; c < cells.length; c++) {
          Cells.set(batch.getVector(c), i, cells[c]);
        }
      }
      batch.setRowCount(rows);
      writer.append(batch);
    }
  }
}
