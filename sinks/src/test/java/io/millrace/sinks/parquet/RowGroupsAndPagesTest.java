package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.Batches.NUMBERS;
import static io.millrace.sinks.parquet.Batches.TEXTS;
import static io.millrace.sinks.parquet.Batches.append;
import static io.millrace.sinks.parquet.Batches.field;
import static io.millrace.sinks.parquet.Batches.schema;
import static io.millrace.sinks.parquet.Batches.writer;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.RowGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where row groups and pages end, and what the footer and the page index say of them. */
class RowGroupsAndPagesTest {
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

  @Test
  void rowGroupsEndAfterTheirRows() throws Exception {
    Path file = folder.resolve("rows.parquet");
    ParquetOptions options =
        new ParquetOptions(Compression.ZSTD, 3, 1 << 30, 10_000, 1 << 20, Dictionaries.TEXT);
    try (var writer = writer(file, NUMBERS, options)) {
      append(writer, allocator, NUMBERS, 25_000, i -> new Object[] {i});

      assertThat(writer.finish()).isEqualTo(new ParquetSummary(25_000, Files.size(file), 3));
    }
    assertThat(rowsOfGroups(file, NUMBERS)).containsExactly(10_000L, 10_000L, 5_000L);
  }

  @Test
  void rowGroupsEndAtTheirBytes() throws Exception {
    Path file = folder.resolve("bytes.parquet");
    int limit = 400_000;
    ParquetOptions options =
        new ParquetOptions(Compression.NONE, 0, limit, 1 << 20, 50_000, Dictionaries.NONE)
            .withEncodings(ParquetOptions.Encodings.PLAIN);
    try (var writer = writer(file, NUMBERS, options)) {
      append(writer, allocator, NUMBERS, 200_000, i -> new Object[] {i});
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
      append(writer, allocator, TEXTS, 120, i -> new Object[] {texts.get(i % 60)});
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
      append(writer, allocator, TEXTS, texts.size(), i -> new Object[] {texts.get(i)});
      assertThat(writer.finish().rowGroups()).isEqualTo(3);
    }
    try (var writer = writer(many, TEXTS, options)) {
      for (int from = 0; from < texts.size(); from += 16) {
        List<String> batch = texts.subList(from, from + 16);
        append(writer, allocator, TEXTS, 16, i -> new Object[] {batch.get(i)});
      }
      writer.finish();
    }
    assertThat(many).hasSameBinaryContentAs(one);
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
          allocator,
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
  void pagesAreIndexedByTheirLeastAndGreatest() throws Exception {
    Schema schema = schema(field("n", true, new ArrowType.Int(32, true)));
    Path file = folder.resolve("index.parquet");
    try (var writer = writer(file, schema, ParquetOptions.DEFAULT)) {
      // pages of 20,000 rows: rising numbers, then some nulls, then nothing but nulls
      append(
          writer,
          allocator,
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
      append(writer, allocator, schema, 3, i -> rows[i]);
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
    Schema schema =
        schema(
            field("d", false, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            field("f", false, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)));
    Path file = folder.resolve("nan.parquet");
    double[] values = {Double.NaN, 0.0, 2.5, Double.NaN};
    try (var writer = writer(file, schema, ParquetOptions.DEFAULT)) {
      append(writer, allocator, schema, values.length, i -> new Object[] {values[i], values[i]});
      writer.finish();
    }
    ParquetFile parquet = new ParquetFile(file, ParquetSchema.of(schema));
    for (int c = 0; c < 2; c++) {
      var statistics = parquet.chunk(0, c).getMeta_data().getStatistics();
      assertThat(statistics.getNan_count()).isEqualTo(2);
    }
    // in this order a least value of zero is written as the negative one (parquet.thrift)
    assertThat(parquet.footer().getColumn_orders()).allMatch(ColumnOrder::isSetTYPE_ORDER);
    assertThat(range(parquet, 0))
        .containsExactly(bytes(0, 0, 0, 0, 0, 0, 0, 0x80), bytes(0, 0, 0, 0, 0, 0, 4, 0x40));
    assertThat(range(parquet, 1)).containsExactly(bytes(0, 0, 0, 0x80), bytes(0, 0, 0x20, 0x40));
  }

  private List<Long> rowsOfGroups(Path file, Schema schema) throws IOException {
    return new ParquetFile(file, ParquetSchema.of(schema))
        .footer().getRow_groups().stream().map(RowGroup::getNum_rows).toList();
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
}
