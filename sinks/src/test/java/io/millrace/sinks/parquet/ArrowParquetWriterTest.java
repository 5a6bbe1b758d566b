package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;
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
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowParquetWriterTest {
  private static final Schema NUMBERS = schema(field("n", false, new ArrowType.Int(64, true)));
  private static final Schema TEXTS = schema(field("t", true, new ArrowType.Utf8()));

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

  @Test
  void theSameLongTextsInOtherBatchesGiveTheSameBytes() throws Exception {
    Path one = folder.resolve("one.parquet");
    Path many = folder.resolve("many.parquet");
    Random random = new Random(10);
    List<String> texts =
        IntStream.range(0, 2_000).mapToObj(i -> printable(random, random.nextInt(5_000))).toList();
    ParquetOptions options =
        new ParquetOptions(Compression.ZSTD, 3, 1 << 20, 1 << 20, 64 << 10, Dictionaries.TEXT);

    try (var writer = writer(one, TEXTS, options)) {
      append(writer, TEXTS, texts.size(), i -> new Object[] {texts.get(i)});
      assertThat(writer.finish().rowGroups()).isEqualTo(3);
    }
    try (var writer = writer(many, TEXTS, options)) {
      for (int from = 0; from < texts.size(); from += 16) {
        List<String> batch = texts.subList(from, from + 16);
        append(writer, TEXTS, 16, i -> new Object[] {batch.get(i)});
      }
      writer.finish();
    }
    assertThat(many).hasSameBinaryContentAs(one);
  }

  @Test
  void rowGroupsEndAfterTheirRows() throws Exception {
    Path file = folder.resolve("rows.parquet");
    ParquetOptions options =
        new ParquetOptions(Compression.ZSTD, 3, 1 << 30, 10_000, 1 << 20, Dictionaries.TEXT);
    try (var writer = writer(file, NUMBERS, options)) {
      append(writer, NUMBERS, 25_000, i -> new Object[] {i});

      assertThat(writer.finish()).isEqualTo(new ParquetSummary(25_000, Files.size(file), 3));
    }
    assertThat(rowsOfGroups(file, NUMBERS)).containsExactly(10_000L, 10_000L, 5_000L);
  }

  @Test
  void rowGroupsEndAtTheirBytes() throws Exception {
    Path file = folder.resolve("bytes.parquet");
    int limit = 400_000;
    ParquetOptions options =
        new ParquetOptions(Compression.NONE, 0, limit, 1 << 20, 50_000, Dictionaries.NONE);
    try (var writer = writer(file, NUMBERS, options)) {
      append(writer, NUMBERS, 200_000, i -> new Object[] {i});
      writer.finish();
    }
    List<RowGroup> groups =
        new ParquetFile(file, ParquetSchema.of(NUMBERS)).footer().getRow_groups();
    // measured every 4096 rows: 13 steps of 32 KiB are the first to pass 400,000 bytes
    assertThat(groups).hasSize(4);
    assertThat(groups).first().extracting(RowGroup::getNum_rows).isEqualTo(13 * 4096L);
  }

  @Test
  void longValuesDoNotOutgrowARowGroup() throws Exception {
    Path file = folder.resolve("long.parquet");
    Random random = new Random(1);
    int limit = 8 << 20;
    ParquetOptions options =
        new ParquetOptions(Compression.ZSTD, 3, limit, 1 << 20, 1 << 20, Dictionaries.TEXT);
    List<String> texts = IntStream.range(0, 60).mapToObj(i -> printable(random, 200_000)).toList();
    try (var writer = writer(file, TEXTS, options)) {
      append(writer, TEXTS, 120, i -> new Object[] {texts.get(i % 60)});
      assertThat(writer.finish().rowGroups()).isGreaterThan(1);
    }
    for (RowGroup group : new ParquetFile(file, ParquetSchema.of(TEXTS)).footer().getRow_groups()) {
      assertThat(group.getTotal_compressed_size()).isLessThan(limit + (2 << 20));
    }
    try (DuckDb duck = new DuckDb()) {
      List<String> twice = Stream.concat(texts.stream(), texts.stream()).toList();
      assertThat(duck.column("SELECT t FROM %s", file)).isEqualTo(twice);
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
  void pagesAreIndexedByTheirLeastAndGreatest() throws Exception {
    Schema schema = schema(field("n", true, new ArrowType.Int(32, true)));
    Path file = folder.resolve("index.parquet");
    try (var writer = writer(file, schema, ParquetOptions.DEFAULT)) {
      // pages of 20,000 rows: rising numbers, then some nulls, then nothing but nulls
      append(
          writer,
          schema,
          60_000,
          i -> new Object[] {i >= 40_000 || (i >= 20_000 && i % 2 == 0) ? null : i - 5});
      writer.finish();
    }
    ParquetFile parquet = new ParquetFile(file, ParquetSchema.of(schema));
    var index = parquet.columnIndex(0, 0);
    assertThat(index.getNull_pages()).containsExactly(false, false, true);
    assertThat(index.getNull_counts()).containsExactly(0L, 10_000L, 20_000L);
    assertThat(index.getMin_values().stream().limit(2).map(b -> Integer.reverseBytes(b.getInt())))
        .containsExactly(-5, 19_996);
    assertThat(index.getMax_values().stream().limit(2).map(b -> Integer.reverseBytes(b.getInt())))
        .containsExactly(19_994, 39_994);
    assertThat(parquet.offsetIndex(0, 0).getPage_locations())
        .extracting(page -> page.getFirst_row_index())
        .containsExactly(0L, 20_000L, 40_000L);
    try (DuckDb duck = new DuckDb()) {
      assertThat(
              duck.rows(
                  "SELECT stats_min_value, stats_max_value, stats_null_count FROM"
                      + " parquet_metadata(%s)",
                  file))
          .containsExactly(List.of("-5", "39994", "30000"));
    }
  }

  @Test
  void pagesEndAtTheirBytes() throws Exception {
    Schema schema =
        schema(
            field("bit", false, new ArrowType.Bool()),
            field("number", false, new ArrowType.Int(64, true)),
            field("nullable", true, new ArrowType.Int(64, true)),
            field("text", true, new ArrowType.Utf8()));
    Path file = folder.resolve("pages.parquet");
    ParquetOptions options =
        new ParquetOptions(Compression.ZSTD, 3, 1 << 20, 1 << 20, 800, Dictionaries.NONE);
    try (var writer = writer(file, schema, options)) {
      append(
          writer,
          schema,
          6_500,
          i -> new Object[] {i % 3 == 0, i, i % 2 == 0 ? null : i, i % 2 == 0 ? null : "text"});
      writer.finish();
    }
    ParquetFile parquet = new ParquetFile(file, ParquetSchema.of(schema));
    List<Long> firstRows = new ArrayList<>();
    for (int c = 0; c < 4; c++) {
      firstRows.add(parquet.offsetIndex(0, c).getPage_locations().get(1).getFirst_row_index());
    }
    // 800 bytes are 6400 bits, 100 numbers, and 100 texts of four bytes behind their lengths
    assertThat(firstRows).containsExactly(6_400L, 100L, 200L, 200L);
  }

  @Test
  void statisticsFollowTheOrderOfTheType() throws Exception {
    Schema schema =
        schema(
            field("u", false, new ArrowType.Int(32, false)),
            field("d", false, new ArrowType.Decimal(20, 0, 128)),
            field("t", false, new ArrowType.Utf8()),
            field("b", false, new ArrowType.FixedSizeBinary(2)));
    Path file = folder.resolve("order.parquet");
    try (var writer = writer(file, schema, ParquetOptions.DEFAULT)) {
      Object[][] rows = {
        {1, new BigDecimal("7"), "b", new byte[] {1, 0}},
        {-1, new BigDecimal("-99999999999999999999"), "Grüße", new byte[] {-1, 0}},
        {Integer.MAX_VALUE, new BigDecimal("99999999999999999999"), "", new byte[] {0, -1}}
      };
      append(writer, schema, 3, i -> rows[i]);
      writer.finish();
    }
    ParquetFile parquet = new ParquetFile(file, ParquetSchema.of(schema));
    assertThat(range(parquet, 0)).containsExactly(bytes(1, 0, 0, 0), bytes(-1, -1, -1, -1));
    assertThat(range(parquet, 1))
        .containsExactly(
            bytes(0xfa, 0x94, 0x38, 0xa1, 0xd2, 0x9c, 0xf0, 0, 1),
            bytes(0x05, 0x6b, 0xc7, 0x5e, 0x2d, 0x63, 0x0f, 0xff, 0xff));
    assertThat(range(parquet, 2)).containsExactly(bytes(), "b".getBytes(StandardCharsets.UTF_8));
    assertThat(range(parquet, 3)).containsExactly(bytes(0, -1), bytes(-1, 0));
  }

  @Test
  void nanIsCountedAndNeitherLeastNorGreatest() throws Exception {
    ArrowType type = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    Schema schema = schema(field("d", false, type));
    Path file = folder.resolve("nan.parquet");
    double[] values = {Double.NaN, 0.0, 2.5, Double.NaN};
    try (var writer = writer(file, schema, ParquetOptions.DEFAULT)) {
      append(writer, schema, values.length, i -> new Object[] {values[i]});
      writer.finish();
    }
    ParquetFile parquet = new ParquetFile(file, ParquetSchema.of(schema));
    var statistics = parquet.chunk(0, 0).getMeta_data().getStatistics();
    assertThat(statistics.getNan_count()).isEqualTo(2);
    // in this order a least value of zero is written as the negative one (parquet.thrift)
    assertThat(parquet.footer().getColumn_orders()).allMatch(ColumnOrder::isSetTYPE_ORDER);
    assertThat(range(parquet, 0))
        .containsExactly(bytes(0, 0, 0, 0, 0, 0, 0, 0x80), bytes(0, 0, 0, 0, 0, 0, 4, 0x40));
  }

  @Test
  void aFewTextsMakeADictionary() throws Exception {
    assertThat(encodings(ParquetOptions.DEFAULT, 50_000, i -> "flag " + i % 7))
        .containsExactly(Encoding.RLE_DICTIONARY, Encoding.RLE_DICTIONARY, Encoding.RLE_DICTIONARY);
  }

  @Test
  void aDictionaryThatSavesNothingIsGivenUp() throws Exception {
    assertThat(encodings(ParquetOptions.DEFAULT, 50_000, i -> "id " + i))
        .containsExactly(Encoding.PLAIN, Encoding.PLAIN, Encoding.PLAIN);
  }

  @Test
  void aDictionaryThatGrewTooLargeEndsWithItsPage() throws Exception {
    // the first page pays well; the others bring 100,000 bytes of new text each
    assertThat(
            encodings(
                new ParquetOptions(
                    Compression.ZSTD, 3, 1 << 27, 1 << 20, 300_000, Dictionaries.TEXT),
                60_000,
                i -> i < 20_000 ? "seldom" : "number %012d".formatted(i)))
        .startsWith(Encoding.RLE_DICTIONARY, Encoding.RLE_DICTIONARY)
        .endsWith(Encoding.PLAIN);
  }

  @Test
  void noDictionaryIfNoneIsWanted() throws Exception {
    ParquetOptions options =
        new ParquetOptions(Compression.ZSTD, 3, 1 << 27, 1 << 20, 1 << 20, Dictionaries.NONE);
    assertThat(encodings(options, 100, i -> "flag")).containsExactly(Encoding.PLAIN);
  }

  @Test
  void aFileWithoutRowsIsAFile() throws Exception {
    Path file = folder.resolve("empty.parquet");
    try (var writer = writer(file, NUMBERS, ParquetOptions.DEFAULT)) {
      append(writer, NUMBERS, 0, i -> new Object[0]);
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
      append(writer, NUMBERS, 10_000, i -> new Object[] {i});
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
              () -> append(writer, NUMBERS, 3, i -> new Object[] {i == 1 ? null : (Object) i}))
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
      assertThatThrownBy(() -> append(writer, TEXTS, 1, i -> new Object[] {"a"}))
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
                append(writer, NUMBERS, 100_000, i -> new Object[] {random.nextLong()});
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
      append(writer, NUMBERS, 10, i -> new Object[] {i});
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

  private List<Encoding> encodings(ParquetOptions options, int rows, IntFunction<String> text)
      throws Exception {
    Path file = folder.resolve("encodings.parquet");
    try (var writer = writer(file, TEXTS, options)) {
      append(writer, TEXTS, rows, i -> new Object[] {text.apply(i)});
      writer.finish();
    }
    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT t FROM %s", file))
          .isEqualTo(IntStream.range(0, rows).mapToObj(text).toList());
    }
    return new ParquetFile(file, ParquetSchema.of(TEXTS)).pageEncodings(0, 0);
  }

  private List<Long> rowsOfGroups(Path file, Schema schema) throws IOException {
    return new ParquetFile(file, ParquetSchema.of(schema))
        .footer().getRow_groups().stream().map(RowGroup::getNum_rows).toList();
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

  private void append(ArrowParquetWriter writer, Schema schema, int rows, IntFunction<Object[]> row)
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

  private static ArrowParquetWriter writer(Path file, Schema schema, ParquetOptions options)
      throws IOException {
    return new ArrowParquetWriter(new LocalOutputFile(file), schema, options, Map.of());
  }

  private static List<byte[]> range(ParquetFile file, int column) {
    var statistics = file.chunk(0, column).getMeta_data().getStatistics();
    return List.of(statistics.getMin_value(), statistics.getMax_value());
  }

  private static String printable(Random random, int length) {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) (' ' + random.nextInt(95));
    }
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static Schema schema(Field... fields) {
    return new Schema(List.of(fields));
  }

  private static Field field(String name, boolean nullable, ArrowType type) {
    return new Field(name, new FieldType(nullable, type, null), List.of());
  }
}
