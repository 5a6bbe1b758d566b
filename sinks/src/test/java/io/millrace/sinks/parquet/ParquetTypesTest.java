package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type, value by value, as DuckDB reads it. */
class ParquetTypesTest {
  @TempDir Path folder;
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  @ParameterizedTest
  @MethodSource("io.millrace.sinks.parquet.TypeCases#all")
  void duckDbReadsWhatWasWritten(TypeCase column) throws Exception {
    Path file = write(column.field(false), column.values());

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT DISTINCT typeof(v) FROM %s", file))
          .containsExactly(column.duckType());
      assertThat(duck.column("SELECT v::VARCHAR FROM %s", file)).isEqualTo(column.texts());
    }
  }

  @ParameterizedTest
  @MethodSource("io.millrace.sinks.parquet.TypeCases#all")
  void nullsBetweenValuesStayInPlace(TypeCase column) throws Exception {
    Path file = write(column.field(true), amongNulls(column.values()));

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT v::VARCHAR FROM %s", file))
          .isEqualTo(amongNulls(column.texts()));
    }
  }

  @ParameterizedTest
  @MethodSource("io.millrace.sinks.parquet.TypeCases#all")
  void statisticsNeverHideAValue(TypeCase column) throws Exception {
    Path file = write(column.field(true), amongNulls(column.values()));

    try (DuckDb duck = new DuckDb()) {
      for (String text : column.texts()) {
        String literal = "'" + text.replace("'", "''") + "'::" + column.duckType();
        assertThat(duck.value("SELECT count(*) > 0 FROM %s WHERE v = " + literal, file))
            .isEqualTo("true");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.millrace.sinks.parquet.TypeCases#all")
  void nothingButNulls(TypeCase column) throws Exception {
    Path file = write(column.field(true), Arrays.asList(null, null, null));

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT v FROM %s", file)).containsExactly(null, null, null);
    }
  }

  private Path write(Field field, List<?> values) throws Exception {
    Path file = folder.resolve("v.parquet");
    Schema schema = new Schema(List.of(field));
    try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator);
        var writer =
            new ArrowParquetWriter(
                new LocalOutputFile(file), schema, ParquetOptions.DEFAULT, Map.of())) {
      batch.allocateNew();
      for (int row = 0; row < values.size(); row++) {
        Cells.set(batch.getVector(0), row, values.get(row));
      }
      batch.setRowCount(values.size());
      writer.append(batch);
      assertThat(writer.finish().rows()).isEqualTo(values.size());
    }
    return file;
  }

  private static <E> List<E> amongNulls(List<E> values) {
    List<E> all = new ArrayList<>();
    for (E value : values) {
      all.add(null);
      all.add(value);
    }
    return all;
  }
}
