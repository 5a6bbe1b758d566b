package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;
import java.io.IOException;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileWriter;

/**
 * The pages of one column of a file. Takes values, and hands each page with its levels, statistics
 * and hashes to the row group's {@link PageWriter}. Columns cut their pages each on their own.
 */
final class ColumnPages {
  /** What readers expect at most; it keeps the page index fine enough to skip by. */
  static final int PAGE_ROWS = 20_000;

  private final ColumnDescriptor column;
  private final ParquetOptions options;
  private final PageValues values;
  private final Optional<ValueHashes> hashes;
  private PageWriter pages;

  ColumnPages(ColumnDescriptor column, PageValues values, ParquetOptions options) {
    this.column = column;
    this.options = options;
    this.values = values;
    this.hashes = options.bloomFilters().hashes(column);
  }

  void startChunk(PageWriteStore rowGroup) {
    pages = rowGroup.getPageWriter(column);
    values.startChunk();
  }

  PageValues values() {
    return values;
  }

  /** Adds the values at those positions from {@code from} on that are valid. */
  void append(FieldVector vector, int from, Bits validity) {
    try {
      values.append(vector, from, validity);
    } catch (ArithmeticException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot write column \"%s\" of type %s: %s"
              .formatted(
                  String.join(".", column.getPath()), vector.getField().getType(), e.getMessage()),
          e);
    }
  }

  /** Ends a page, and clears its levels. */
  void write(Levels levels) throws IOException {
    Statistics<?> statistics = Statistics.createStats(column.getPrimitiveType());
    statistics.incrementNumNulls(levels.nulls());
    PageValues.Encoded encoded = values.encode(statistics);
    hashes.ifPresent(values::hash);
    write(levels, encoded, statistics);
    levels.clear();
    values.clear();
  }

  /** The shorter method is parquet-java's only way to leave out the page index. */
  @SuppressWarnings("deprecation")
  private void write(Levels levels, PageValues.Encoded encoded, Statistics<?> statistics)
      throws IOException {
    BytesInput bytes = BytesInput.concat(levels.encode(), encoded.bytes());
    if (options.statistics() != ParquetOptions.Statistics.PAGES) {
      Statistics<?> kept =
          options.statistics() == ParquetOptions.Statistics.NONE
              ? Statistics.getBuilderForReading(column.getPrimitiveType()).build()
              : statistics;
      pages.writePage(
          bytes, levels.entries(), kept, Encoding.RLE, Encoding.RLE, encoded.encoding());
      return;
    }
    pages.writePage(
        bytes,
        levels.entries(),
        levels.rows(),
        statistics,
        levels.sizes(column, encoded.byteArrayBytes()),
        null,
        Encoding.RLE,
        Encoding.RLE,
        encoded.encoding());
  }

  /**
   * Ends the last page, if one is open, and the chunk. Its Bloom filter goes past the page writer,
   * which would drop it where all pages refer to a dictionary: not every reader looks into those.
   */
  void finishChunk(Levels levels, ParquetFileWriter file) throws IOException {
    if (levels.rows() > 0) {
      write(levels);
    }
    Optional<DictionaryPage> dictionary = values.dictionary();
    if (dictionary.isPresent()) {
      pages.writeDictionaryPage(dictionary.get());
    }
    hashes.ifPresent(h -> file.addBloomFilter(String.join(".", column.getPath()), h.filter()));
  }

  /** Bytes held in memory for the open row group, levels aside. */
  long bufferedBytes() {
    return pages.getMemSize() + values.bufferedBytes();
  }
}
