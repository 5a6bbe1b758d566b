package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.Batches.append;
import static io.millrace.sinks.parquet.Batches.field;
import static io.millrace.sinks.parquet.Batches.schema;
import static io.millrace.sinks.parquet.Batches.writer;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;
import io.millrace.sinks.parquet.ParquetOptions.Statistics;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.PageLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Statistics and the page index of nested columns and of odd types, and leaving them out. */
class PageIndexTest {
  private static final Schema LISTS =
      schema(
          new Field(
              "v",
              FieldType.nullable(new ArrowType.List()),
              List.of(Field.nullable("item", new ArrowType.Int(64, true)))));

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
  void pagesOfAListBeginAtRows() throws Exception {
    Path file = folder.resolve("lists.parquet");
    ParquetOptions options =
        new ParquetOptions(Compression.NONE, 0, 1 << 20, 1 << 20, 800, Dictionaries.NONE);
    try (var writer = writer(file, LISTS, options)) {
      // 100 numbers fill a page, 7 of them are one row: the 15th row ends it
      append(writer, allocator, LISTS, 40, i -> new Object[] {numbers(7L * i, 7)});
      writer.finish();
    }
    ParquetFile parquet = new ParquetFile(file, ParquetSchema.of(LISTS));

    assertThat(parquet.offsetIndex(0, 0).getPage_locations())
        .extracting(PageLocation::getFirst_row_index)
        .containsExactly(0L, 15L, 30L);
    assertThat(parquet.columnIndex(0, 0).getMin_values())
        .extracting(bytes -> Long.reverseBytes(bytes.getLong()))
        .containsExactly(0L, 105L, 210L);
    assertThat(parquet.columnIndex(0, 0).getMax_values())
        .extracting(bytes -> Long.reverseBytes(bytes.getLong()))
        .containsExactly(104L, 209L, 279L);
  }

  @Test
  void nullsAreCountedAtEveryDepth() throws Exception {
    Path file = folder.resolve("nulls.parquet");
    try (var writer = writer(file, LISTS, ParquetOptions.DEFAULT)) {
      List<List<Long>> values =
          Stream.of(null, List.<Long>of(), Stream.of(null, 5L, null).toList()).toList();
      append(writer, allocator, LISTS, 3, i -> new Object[] {values.get(i)});
      writer.finish();
    }
    var chunk = new ParquetFile(file, ParquetSchema.of(LISTS)).chunk(0, 0).getMeta_data();

    assertThat(chunk.getNum_values()).isEqualTo(5);
    assertThat(chunk.getStatistics().getNull_count()).isEqualTo(4);
    assertThat(chunk.getSize_statistics().getDefinition_level_histogram())
        .containsExactly(1L, 1L, 2L, 1L);
    assertThat(chunk.getSize_statistics().getRepetition_level_histogram()).containsExactly(3L, 2L);
  }

  @Test
  void halfFloatsAreOrderedAsNumbersWithoutNan() throws Exception {
    Schema schema =
        schema(field("h", false, new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)));
    Path file = folder.resolve("half.parquet");
    short[] halves = {(short) 0x7e00, 0x3c00, (short) 0xc000, (short) 0xbc00, (short) 0xfe00};
    try (var writer = writer(file, schema, ParquetOptions.DEFAULT)) {
      append(writer, allocator, schema, halves.length, i -> new Object[] {halves[i]});
      writer.finish();
    }
    var statistics =
        new ParquetFile(file, ParquetSchema.of(schema)).chunk(0, 0).getMeta_data().getStatistics();

    assertThat(statistics.getMin_value()).containsExactly(0, 0xc0); // -2
    assertThat(statistics.getMax_value()).containsExactly(0, 0x3c); // 1
    assertThat(statistics.getNan_count()).isEqualTo(2);
  }

  @Test
  void aHalfZeroStandsForBothZeros() throws Exception {
    Schema schema =
        schema(field("h", false, new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)));
    Path file = folder.resolve("zero.parquet");
    try (var writer = writer(file, schema, ParquetOptions.DEFAULT)) {
      append(writer, allocator, schema, 1, i -> new Object[] {0});
      writer.finish();
    }
    var statistics =
        new ParquetFile(file, ParquetSchema.of(schema)).chunk(0, 0).getMeta_data().getStatistics();

    assertThat(statistics.getMin_value()).containsExactly(0, 0x80);
    assertThat(statistics.getMax_value()).containsExactly(0, 0);
  }

  @Test
  void longTextsAreCutInThePageIndexOnly() throws Exception {
    Path file = folder.resolve("long.parquet");
    String text = "b".repeat(1_000);
    try (var writer = writer(file, Batches.TEXTS, ParquetOptions.DEFAULT)) {
      append(writer, allocator, Batches.TEXTS, 1, i -> new Object[] {text});
      writer.finish();
    }
    ParquetFile parquet = new ParquetFile(file, ParquetSchema.of(Batches.TEXTS));

    assertThat(parquet.columnIndex(0, 0).getMin_values().get(0).remaining()).isEqualTo(64);
    assertThat(parquet.columnIndex(0, 0).getMax_values().get(0).remaining()).isEqualTo(64);
    assertThat(parquet.chunk(0, 0).getMeta_data().getStatistics().getMax_value()).hasSize(1_000);
  }

  @ParameterizedTest
  @EnumSource(Statistics.class)
  void statisticsAndIndexCanBeLeftOut(Statistics kept) throws Exception {
    Path file = folder.resolve("kept.parquet");
    try (var writer = writer(file, LISTS, ParquetOptions.DEFAULT.withStatistics(kept))) {
      append(writer, allocator, LISTS, 3, i -> new Object[] {numbers(i, 2)});
      writer.finish();
    }
    ParquetFile parquet = new ParquetFile(file, ParquetSchema.of(LISTS));
    var chunk = parquet.chunk(0, 0);

    assertThat(chunk.isSetColumn_index_offset()).isEqualTo(kept == Statistics.PAGES);
    assertThat(chunk.isSetOffset_index_offset()).isEqualTo(kept == Statistics.PAGES);
    assertThat(
            chunk.getMeta_data().isSetStatistics()
                && chunk.getMeta_data().getStatistics().isSetMin_value())
        .isEqualTo(kept != Statistics.NONE);
    assertThat(parquet.rows()).hasSize(3);
  }

  private static List<Long> numbers(long first, int count) {
    return LongStream.range(first, first + count).boxed().toList();
  }
}
