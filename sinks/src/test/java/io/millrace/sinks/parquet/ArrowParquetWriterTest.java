package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.Batches.NUMBERS;
import static io.millrace.sinks.parquet.Batches.TEXTS;
import static io.millrace.sinks.parquet.Batches.append;
import static io.millrace.sinks.parquet.Batches.field;
import static io.millrace.sinks.parquet.Batches.schema;
import static io.millrace.sinks.parquet.Batches.writer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;
import io.millrace.sinks.parquet.ParquetOptions.Encodings;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowParquetWriterTest {
  /** Many pages and row groups out of few rows. */
  private static final ParquetOptions SMALL =
      new ParquetOptions(Compression.ZSTD, 3, 100_000, 5_000, 2_000, Dictionaries.TEXT);

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
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void parquetJavaReadsEveryValueOfARandomTable(long seed) throws Exception {
    RandomTable table = new RandomTable(seed, 9_000);
    ParquetOptions options = seed % 2 == 0 ? ParquetOptions.DEFAULT : SMALL;
    options = options.withEncodings(seed % 3 == 0 ? Encodings.PLAIN : Encodings.DELTA);
    Path file = folder.resolve("random.parquet");
    write(table, file, options, new Random(seed));

    ParquetFile parquet = new ParquetFile(file, ParquetSchema.of(table.schema()));
    for (int c = 0; c < table.schema().getFields().size(); c++) {
      List<Object> values = new ArrayList<>();
      for (int g = 0; g < parquet.footer().getRow_groups().size(); g++) {
        ColumnReader reader = parquet.read(g, c);
        for (long i = 0; i < parquet.footer().getRow_groups().get(g).getNum_rows(); i++) {
          values.add(table.read(c, reader));
        }
      }
      assertThat(values).as("column %d", c).isEqualTo(table.column(c));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9})
  void theSameRowsInOtherBatchesGiveTheSameBytes(long seed) throws Exception {
    RandomTable table = new RandomTable(seed, 9_000);
    Path one = folder.resolve("one.parquet");
    Path many = folder.resolve("many.parquet");

    try (var writer = writer(one, table.schema(), SMALL);
        VectorSchemaRoot batch = table.batch(allocator, 0, table.rowCount())) {
      writer.append(batch);
      assertThat(writer.finish().rowGroups()).isEqualTo(3);
    }
    write(table, many, SMALL, new Random(seed));

    assertThat(many).hasSameBinaryContentAs(one);
  }

  @ParameterizedTest
  @EnumSource(Encodings.class)
  void everyEncodingIsReadByDuckDb(Encodings encodings) throws Exception {
    Path file = folder.resolve("encoded.parquet");
    RandomTable table = new RandomTable(12, 25_000);
    write(table, file, ParquetOptions.DEFAULT.withEncodings(encodings), new Random(12));

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT c20 FROM %s", file)).isEqualTo(table.column(20));
      assertThat(duck.column("SELECT c21 FROM %s", file)).isEqualTo(table.column(21));
      assertThat(
              duck.column("SELECT DISTINCT encodings FROM parquet_metadata(%s)", file).toString())
          .matches(
              encodings == Encodings.PLAIN
                  ? "(?!.*DELTA).*PLAIN.*"
                  : ".*DELTA_BINARY_PACKED.*DELTA_LENGTH_BYTE_ARRAY.*"
                      + "|.*DELTA_LENGTH_BYTE_ARRAY.*DELTA_BINARY_PACKED.*");
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void everyCompressionIsReadByDuckDb(Compression compression) throws Exception {
    Path file = folder.resolve("compressed.parquet");
    RandomTable table = new RandomTable(11, 5_000);
    write(table, file, ParquetOptions.DEFAULT.withCompression(compression), new Random(11));

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT DISTINCT compression FROM parquet_metadata(%s)", file))
          .containsExactly(
              compression == Compression.NONE ? "UNCOMPRESSED" : compression.toString());
      // the required text columns: one with a dictionary, one PLAIN
      assertThat(duck.column("SELECT c20 FROM %s", file)).isEqualTo(table.column(20));
      assertThat(duck.column("SELECT c21 FROM %s", file)).isEqualTo(table.column(21));
    }
  }

  @Test
  void aFileWithoutRowsIsAFile() throws Exception {
    Path file = folder.resolve("empty.parquet");
    try (var writer = writer(file, NUMBERS, ParquetOptions.DEFAULT)) {
      append(writer, allocator, NUMBERS, 0, i -> new Object[0]);
      assertThat(writer.finish()).isEqualTo(new ParquetSummary(0, Files.size(file), 0));
    }
    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.value("SELECT count(n) FROM %s", file)).isEqualTo("0");
    }
  }

  @Test
  void footerMetadataDoesNotDependOnTheOrderOfTheMap() throws Exception {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("millrace.unit", "trips/2024-01-01");
    metadata.put("a", "1");
    Map<String, String> reversed = new LinkedHashMap<>();
    reversed.put("a", "1");
    reversed.put("millrace.unit", "trips/2024-01-01");
    Path file = folder.resolve("metadata.parquet");
    Path other = folder.resolve("reversed.parquet");
    for (var entry : Map.of(file, metadata, other, reversed).entrySet()) {
      try (var writer =
          new ArrowParquetWriter(
              new LocalOutputFile(entry.getKey()),
              NUMBERS,
              ParquetOptions.DEFAULT,
              entry.getValue())) {
        writer.finish();
      }
    }
    assertThat(file).hasSameBinaryContentAs(other);
    try (DuckDb duck = new DuckDb()) {
      assertThat(
              duck.rows(
                  "SELECT decode(key), decode(value) FROM parquet_kv_metadata(%s) ORDER BY 1",
                  file))
          .contains(List.of("a", "1"), List.of("millrace.unit", "trips/2024-01-01"));
    }
  }

  @Test
  void aFileThatIsNotFinishedHasNoFooter() throws Exception {
    Path file = folder.resolve("abandoned.parquet");
    try (var writer = writer(file, NUMBERS, SMALL)) {
      append(writer, allocator, NUMBERS, 10_000, i -> new Object[] {i});
    }
    byte[] bytes = Files.readAllBytes(file);
    byte[] tail = Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length);
    assertThat(new String(tail, StandardCharsets.ISO_8859_1)).isNotEqualTo("PAR1");
    assertThat(bytes.length).isGreaterThan(4);
  }

  @Test
  void aNullInARequiredColumnIsNamed() throws Exception {
    Path file = folder.resolve("null.parquet");
    try (var writer = writer(file, NUMBERS, ParquetOptions.DEFAULT)) {
      assertThatThrownBy(
              () ->
                  append(
                      writer,
                      allocator,
                      NUMBERS,
                      3,
                      i -> new Object[] {i == 1 ? null : (Object) i}))
          .isInstanceOf(MillraceException.class)
          .hasMessage(
              "Cannot write column \"n\": row 1 of the batch is null, but the column is declared"
                  + " NOT NULL; declare it nullable or correct the data");
      assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aDecimalWithMoreDigitsThanItsTypeIsNamed() throws Exception {
    Schema schema = schema(field("d", true, new ArrowType.Decimal(9, 2, 128)));
    try (var writer = writer(folder.resolve("decimal.parquet"), schema, ParquetOptions.DEFAULT);
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
      batch.allocateNew();
      Cells.set(batch.getVector(0), 0, new BigDecimal("1.00"));
      Cells.set(batch.getVector(0), 1, new BigDecimal("2.00"));
      batch.getVector(0).getDataBuffer().setLong(16, -30_000_000_000L);
      batch.getVector(0).getDataBuffer().setLong(24, -1);
      batch.setRowCount(2);
      assertThatThrownBy(() -> writer.append(batch))
          .isInstanceOf(MillraceException.class)
          .hasMessage(
              "Cannot write column \"d\" of type Decimal(9, 2, 128): the unscaled value"
                  + " -30000000000 has more digits than its type");
    }
  }

  @Test
  void aBatchOfAnotherSchemaIsRefused() throws Exception {
    try (var writer = writer(folder.resolve("other.parquet"), NUMBERS, ParquetOptions.DEFAULT)) {
      assertThatThrownBy(() -> append(writer, allocator, TEXTS, 1, i -> new Object[] {"a"}))
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("Schema<t: Utf8>")
          .hasMessageContaining("Schema<n: Int(64, true) not null>");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1_000, 200_000})
  void aFailingDiskClosesTheFile(int room) {
    FullDisk disk = new FullDisk(room);
    assertThatThrownBy(
            () -> {
              try (var writer =
                  new ArrowParquetWriter(disk, NUMBERS, ParquetOptions.DEFAULT, Map.of())) {
                Random random = new Random(12);
                append(writer, allocator, NUMBERS, 100_000, i -> new Object[] {random.nextLong()});
                writer.finish();
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    assertThat(disk.closed).isEqualTo(1);
  }

  @Test
  void aFinishedFileIsClosedOnce() throws Exception {
    FullDisk disk = new FullDisk(1 << 20);
    try (var writer = new ArrowParquetWriter(disk, NUMBERS, ParquetOptions.DEFAULT, Map.of())) {
      append(writer, allocator, NUMBERS, 10, i -> new Object[] {i});
      writer.finish();
      assertThat(disk.closed).isEqualTo(1);
    }
    assertThat(disk.closed).isEqualTo(1);
  }

  @Test
  void anExistingFileIsNotOverwritten() throws Exception {
    Path file = Files.createFile(folder.resolve("there.parquet"));
    assertThatThrownBy(() -> writer(file, NUMBERS, ParquetOptions.DEFAULT).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void noHadoopIsNeeded() {
    assertThatThrownBy(() -> Class.forName("org.apache.hadoop.conf.Configuration"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  /** In batches of random sizes, none among them. */
  private void write(RandomTable table, Path file, ParquetOptions options, Random random)
      throws IOException {
    try (var writer = writer(file, table.schema(), options)) {
      for (int from = 0; from < table.rowCount(); ) {
        int to = Math.min(table.rowCount(), from + random.nextInt(random.nextBoolean() ? 9 : 900));
        try (VectorSchemaRoot batch = table.batch(allocator, from, to)) {
          writer.append(batch);
        }
        from = to;
      }
      assertThat(writer.finish().rows()).isEqualTo(table.rowCount());
    }
  }
}
