package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random nested schemas and values, cut at random, as parquet-java and DuckDB read them. */
class RandomNestingTest {
  private static final int SCHEMAS = 200;
  private static final int ROWS = 100;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void everyValueComesBack() throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        DuckDb duck = new DuckDb()) {
      for (int seed = 0; seed < SCHEMAS; seed++) {
        var random = new Random(seed);
        var nesting = new RandomNesting(random);
        Schema schema = nesting.schema();
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
          rows.add(schema.getFields().stream().map(nesting::value).toArray());
        }
        ParquetOptions options = options(random);
        Path file = folder.resolve(seed + ".parquet");
        Path again = folder.resolve(seed + "-again.parquet");

        write(allocator, schema, rows, options, random, file);
        write(allocator, schema, rows, options, random, again);

        assertThat(again).as("seed %d, in other batches", seed).hasSameBinaryContentAs(file);
        requireEqual(seed, schema, rows, new ParquetFile(file, ParquetSchema.of(schema)).rows());
        requireEqualInDuckDb(seed, schema, rows, duck, file);
        Files.delete(file);
        Files.delete(again);
      }
    }
  }

  private static void requireEqual(int seed, Schema schema, List<Object[]> rows, List<Group> read) {
    for (int c = 0; c < schema.getFields().size(); c++) {
      int column = c;
      Field field = schema.getFields().get(c);
      assertThat(read.stream().map(row -> Expected.read(row, column, field).toString()).toList())
          .as("seed %d, %s, by parquet-java", seed, field)
          .isEqualTo(expected(rows, c, field));
    }
  }

  private static void requireEqualInDuckDb(
      int seed, Schema schema, List<Object[]> rows, DuckDb duck, Path file) throws Exception {
    for (int c = 0; c < schema.getFields().size(); c++) {
      Field field = schema.getFields().get(c);
      List<String> read = new ArrayList<>();
      for (String text : duck.column("SELECT to_json(" + field.getName() + ") FROM %s", file)) {
        read.add(text == null ? "null" : MAPPER.readTree(text).toString());
      }
      assertThat(read)
          .as("seed %d, %s, by DuckDB", seed, field)
          .isEqualTo(expected(rows, c, field));
    }
  }

  private static List<String> expected(List<Object[]> rows, int column, Field field) {
    return rows.stream().map(row -> Expected.of(field, row[column]).toString()).toList();
  }

  /** Many pages and row groups, or one of each. */
  private static ParquetOptions options(Random random) {
    return random.nextInt(3) == 0
        ? ParquetOptions.DEFAULT
        : new ParquetOptions(
            Compression.ZSTD,
            1,
            2_000 + random.nextInt(100_000),
            20 + random.nextInt(200),
            20 + random.nextInt(300),
            ParquetOptions.Dictionaries.TEXT);
  }

  /** In batches of random sizes, each of them a slice of a longer one. */
  private static void write(
      BufferAllocator allocator,
      Schema schema,
      List<Object[]> rows,
      ParquetOptions options,
      Random random,
      Path file)
      throws IOException {
    try (var writer = Batches.writer(file, schema, options);
        VectorSchemaRoot all = VectorSchemaRoot.create(schema, allocator)) {
      all.allocateNew();
      for (int r = 0; r < rows.size(); r++) {
        for (int c = 0; c < rows.get(r).length; c++) {
          Cells.set(all.getVector(c), r, rows.get(r)[c]);
        }
      }
      all.setRowCount(rows.size());
      for (int from = 0; from < rows.size(); ) {
        int count = Math.min(rows.size() - from, 1 + random.nextInt(rows.size()));
        try (VectorSchemaRoot slice = all.slice(from, count)) {
          // Arrow forgets on the way that a fixed-size binary is not nullable
          writer.append(new VectorSchemaRoot(schema, slice.getFieldVectors(), count));
        }
        from += count;
      }
      writer.finish();
    }
  }
}
