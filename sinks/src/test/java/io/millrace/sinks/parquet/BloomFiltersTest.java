package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.Batches.append;
import static io.millrace.sinks.parquet.Batches.field;
import static io.millrace.sinks.parquet.Batches.schema;
import static io.millrace.sinks.parquet.Batches.writer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bloom filters as parquet-java reads them. */
class BloomFiltersTest {
  private static final int ROWS = 20_000;
  private static final Schema SCHEMA =
      schema(
          field("i", true, new ArrowType.Int(32, true)),
          field("n", false, new ArrowType.Int(64, true)),
          field("unique", false, new ArrowType.Utf8()),
          field("repeated", true, new ArrowType.Utf8()),
          field("flag", false, new ArrowType.Bool()),
          new Field(
              "tags",
              FieldType.nullable(new ArrowType.List()),
              List.of(Field.nullable("item", new ArrowType.FixedSizeBinary(5)))));

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
  void presentValuesAreNeverMissedAndAbsentOnesMostly() throws Exception {
    ParquetFile file = write("i", "n", "unique", "repeated", "tags");

    for (int group = 0; group < 2; group++) {
      IntStream rows = IntStream.range(group * ROWS / 2, (group + 1) * ROWS / 2);
      List<BloomFilter> filters =
          List.of(
              file.bloomFilter(group, 0),
              file.bloomFilter(group, 1),
              file.bloomFilter(group, 2),
              file.bloomFilter(group, 3),
              file.bloomFilter(group, 5));
      rows.forEach(
          row -> assertThat(hits(filters, row)).isGreaterThanOrEqualTo(row % 2 == 0 ? 5 : 3));
      long hits =
          IntStream.range(ROWS, 2 * ROWS).map(row -> hits(filters, row)).asLongStream().sum();
      assertThat(hits).isLessThan(5 * ROWS * 2 / 100);
    }
    assertThat(file.chunk(0, 4).getMeta_data().isSetBloom_filter_offset()).isFalse();
  }

  /** How many of the filters take the values of a row for present; half the rows have nulls. */
  private static int hits(List<BloomFilter> filters, int row) {
    boolean[] found = {
      filters.get(0).findHash(filters.get(0).hash(row)),
      filters.get(1).findHash(filters.get(1).hash((long) row)),
      filters.get(2).findHash(filters.get(2).hash(Binary.fromString("text " + row))),
      filters.get(3).findHash(filters.get(3).hash(Binary.fromString(repeated(row)))),
      filters.get(4).findHash(filters.get(4).hash(Binary.fromString(tag(row))))
    };
    int hits = 0;
    for (boolean hit : found) {
      hits += hit ? 1 : 0;
    }
    return hits;
  }

  private static String tag(int row) {
    return "%05d".formatted(row);
  }

  private static String repeated(int row) {
    return "group " + row / 1000;
  }

  @Test
  void duckDbFindsTheSame() throws Exception {
    write("n", "unique");
    Path file = folder.resolve("bloom.parquet");

    try (DuckDb duck = new DuckDb()) {
      for (String probe : List.of("'n', 5::BIGINT", "'unique', 'text 5'")) {
        assertThat(
                duck.column(
                    "SELECT bloom_filter_excludes FROM parquet_bloom_probe(%s, " + probe + ")",
                    file))
            .containsExactly("false", "true");
      }
    }
  }

  @Test
  void onlyTheColumnsAskedForHaveOne() throws Exception {
    ParquetFile file = write("n");

    assertThat(
            IntStream.range(0, 6)
                .filter(c -> file.chunk(0, c).getMeta_data().isSetBloom_filter_offset()))
        .containsExactly(1);
  }

  @Test
  void anUnknownColumnIsNamedWithThoseThatThereAre() {
    assertThatThrownBy(() -> write("n", "tag"))
        .isInstanceOf(MillraceException.class)
        .hasMessage(
            "Cannot make a Bloom filter for \"tag\": there is no such column; there are"
                + " [flag, i, n, repeated, tags.list.element, unique]");
  }

  @Test
  void aColumnOfBooleansHasNone() {
    assertThatThrownBy(() -> write("flag"))
        .isInstanceOf(MillraceException.class)
        .hasMessageStartingWith("Cannot make a Bloom filter for \"flag\"");
  }

  private ParquetFile write(String... columns) throws Exception {
    Path file = folder.resolve("bloom.parquet");
    ParquetOptions options =
        new ParquetOptions(Compression.ZSTD, 3, 1 << 30, ROWS / 2, 10_000, Dictionaries.TEXT)
            .withBloomFilters(new BloomFilters(List.of(columns), 0.01));
    try (var writer = writer(file, SCHEMA, options)) {
      append(
          writer,
          allocator,
          SCHEMA,
          ROWS,
          i ->
              new Object[] {
                i % 2 == 0 ? i : null,
                i,
                "text " + i,
                repeated(i),
                i % 3 == 0,
                i % 2 == 0 ? List.of(tag(i).getBytes(StandardCharsets.US_ASCII)) : null
              });
      writer.finish();
    }
    return new ParquetFile(file, ParquetSchema.of(SCHEMA));
  }
}
