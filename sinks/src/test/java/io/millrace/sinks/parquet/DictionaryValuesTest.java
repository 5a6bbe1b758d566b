package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.Batches.TEXTS;
import static io.millrace.sinks.parquet.Batches.append;
import static io.millrace.sinks.parquet.Batches.writer;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;
import io.millrace.sinks.parquet.ParquetOptions.Encodings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.parquet.column.Encoding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DictionaryValuesTest {
  private static final Encoding TEXT = Encoding.DELTA_LENGTH_BYTE_ARRAY;

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
  void aFewTextsMakeADictionary() throws Exception {
    assertThat(encodings(ParquetOptions.DEFAULT, 50_000, i -> "flag " + i % 7))
        .containsExactly(Encoding.RLE_DICTIONARY, Encoding.RLE_DICTIONARY, Encoding.RLE_DICTIONARY);
  }

  @Test
  void aDictionaryThatSavesNothingIsGivenUp() throws Exception {
    assertThat(encodings(ParquetOptions.DEFAULT, 50_000, i -> "id " + i))
        .containsExactly(TEXT, TEXT, TEXT);
  }

  @Test
  void aDictionaryThatTakesMoreThanItsShareOfTheRowGroupIsGivenUp() throws Exception {
    // it would save half of the first page of 20,000 rows; entries take up to 11 bytes
    assertThat(encodings(rowGroupsOf(4 * 9_000 * 11), 20_000, i -> "id " + i % 9_000))
        .containsExactly(Encoding.RLE_DICTIONARY);
    assertThat(encodings(rowGroupsOf(4 * 8_000 * 11), 20_000, i -> "id " + i % 9_000))
        .containsExactly(TEXT);
  }

  private static ParquetOptions rowGroupsOf(long bytes) {
    return new ParquetOptions(Compression.ZSTD, 3, bytes, 1 << 20, 1 << 20, Dictionaries.TEXT);
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
        .endsWith(TEXT);
  }

  @Test
  void noDictionaryIfNoneIsWanted() throws Exception {
    ParquetOptions options =
        new ParquetOptions(Compression.ZSTD, 3, 1 << 27, 1 << 20, 1 << 20, Dictionaries.NONE);
    assertThat(encodings(options, 100, i -> "flag")).containsExactly(TEXT);
  }

  @Test
  void plainIfDifferencesAreNotWanted() throws Exception {
    ParquetOptions options = ParquetOptions.DEFAULT.withEncodings(Encodings.PLAIN);
    assertThat(encodings(options, 25_000, i -> "id " + i))
        .containsExactly(Encoding.PLAIN, Encoding.PLAIN);
  }

  private List<Encoding> encodings(ParquetOptions options, int rows, IntFunction<String> text)
      throws Exception {
    Path file = Files.createTempDirectory(folder, "encodings").resolve("file.parquet");
    try (var writer = writer(file, TEXTS, options)) {
      append(writer, allocator, TEXTS, rows, i -> new Object[] {text.apply(i)});
      writer.finish();
    }
    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT t FROM %s", file))
          .isEqualTo(IntStream.range(0, rows).mapToObj(text).toList());
    }
    return new ParquetFile(file, ParquetSchema.of(TEXTS)).pageEncodings(0, 0);
  }
}
