package io.millrace.sinks.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.wire.BatchStreamReader;
import io.millrace.sinks.parquet.ParquetOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same rows for the next fold and for readers. */
class BucketWriterTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              PlayedColumn.number("id", 32, "integer").field(), PlayedColumn.text("note").field()));

  @TempDir private Path folder;

  @Test
  void readersFindTheRowsOfTheState() throws Exception {
    var state = new ByteArrayOutputStream();
    var parquet = new ByteArrayOutputStream();
    write(state, parquet, 10);
    List<String> expected = new ArrayList<>();
    for (int id = 0; id < 100; id++) {
      expected.add(id + " | " + (id % 3 == 0 ? null : "note " + id));
    }
    assertThat(stateRows(state)).isEqualTo(expected);
    assertThat(parquetRows(parquet)).isEqualTo(expected);
  }

  @Test
  void theParquetFileDoesNotDependOnBatches() throws IOException {
    var one = new ByteArrayOutputStream();
    var other = new ByteArrayOutputStream();
    write(new ByteArrayOutputStream(), one, 3);
    write(new ByteArrayOutputStream(), other, 100);
    assertThat(one.toByteArray()).isEqualTo(other.toByteArray());
  }

  @Test
  void aBucketMayBeEmpty() throws Exception {
    var state = new ByteArrayOutputStream();
    var parquet = new ByteArrayOutputStream();
    try (var writer = writer(state, parquet)) {
      assertThat(writer.finish().rows()).isZero();
    }
    assertThat(stateRows(state)).isEmpty();
    assertThat(parquetRows(parquet)).isEmpty();
  }

  private static BucketWriter writer(ByteArrayOutputStream state, ByteArrayOutputStream parquet)
      throws IOException {
    return new BucketWriter(
        state, parquet, SCHEMA, ParquetOptions.DEFAULT, Map.of("millrace.stream", "orders"));
  }

  private static void write(
      ByteArrayOutputStream state, ByteArrayOutputStream parquet, int batchRows)
      throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        var writer = writer(state, parquet)) {
      for (int from = 0; from < 100; from += batchRows) {
        List<Object[]> rows = new ArrayList<>();
        for (int id = from; id < Math.min(100, from + batchRows); id++) {
          rows.add(new Object[] {id, id % 3 == 0 ? null : "note " + id});
        }
        try (VectorSchemaRoot batch = Values.batch(SCHEMA, rows, allocator)) {
          writer.accept(batch);
        }
      }
      assertThat(writer.finish().rows()).isEqualTo(100);
    }
  }

  private static List<String> stateRows(ByteArrayOutputStream state) throws IOException {
    List<String> rows = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        var reader =
            new BatchStreamReader(new ByteArrayInputStream(state.toByteArray()), allocator)) {
      for (Optional<VectorSchemaRoot> next = reader.next();
          next.isPresent();
          next = reader.next()) {
        try (VectorSchemaRoot batch = next.get()) {
          rows.addAll(Values.texts(batch));
        }
      }
    }
    return rows;
  }

  private List<String> parquetRows(ByteArrayOutputStream parquet) throws IOException, SQLException {
    Path file = Files.write(folder.resolve("bucket.parquet"), parquet.toByteArray());
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("SELECT id, note FROM read_parquet('%s')".formatted(file))) {
      while (found.next()) {
        rows.add(found.getInt(1) + " | " + found.getString(2));
      }
    }
    return rows;
  }
}
