package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;
import java.io.IOException;
import java.util.Optional;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;

/**
 * One column of a file: cuts the rows of its vectors into pages, and hands each page, encoded, to
 * the row group's {@link PageWriter}. Columns cut their pages each on their own.
 */
final class ColumnEncoder {
  /** What readers expect at most; it keeps the page index fine enough to skip by. */
  static final int PAGE_ROWS = 20_000;

  private final Field field;
  private final ColumnDescriptor column;
  private final DefinitionLevels levels;
  private final PageValues values;
  private final Bits validity = new Bits();
  private PageWriter pages;
  private FieldVector vector;
  private boolean hasNulls;

  ColumnEncoder(Field field, ColumnDescriptor column, PageValues values) {
    this.field = field;
    this.column = column;
    this.values = values;
    this.levels = new DefinitionLevels(column.getMaxDefinitionLevel());
  }

  /**
   * Takes the vector whose rows {@link #append} will name.
   *
   * @throws MillraceException if it has nulls where the schema allows none
   */
  void read(FieldVector next, int rows) {
    vector = next instanceof ExtensionTypeVector<?> e ? e.getUnderlyingVector() : next;
    if (vector.getValueCount() < rows) {
      throw MillraceException.data(
          "Cannot write column \"%s\": its vector has %d values in a batch of %d rows"
              .formatted(field.getName(), vector.getValueCount(), rows));
    }
    hasNulls = vector.getNullCount() > 0;
    if (hasNulls && !field.isNullable()) {
      throw MillraceException.data(
          "Cannot write column \"%s\": row %d of the batch is null, but the column is declared NOT"
                  .formatted(field.getName(), firstNull())
              + " NULL; declare it nullable or correct the data");
    }
  }

  private int firstNull() {
    int row = 0;
    while (!vector.isNull(row)) {
      row++;
    }
    return row;
  }

  void startChunk(PageWriteStore rowGroup) {
    pages = rowGroup.getPageWriter(column);
    values.startChunk();
  }

  /** Adds the rows [from, to) of the vector that is being read. */
  void append(int from, int to) throws IOException {
    for (int next = from; next < to; ) {
      int rows = values.fit(vector, next, Math.min(to, next + PAGE_ROWS - levels.rows()));
      if (rows == 0) {
        writePage();
      } else {
        appendToPage(next, rows);
        next += rows;
      }
    }
  }

  private void appendToPage(int from, int rows) {
    validity.clear();
    if (hasNulls) {
      validity.append(vector.getValidityBuffer(), from, from + rows);
    } else {
      validity.appendOnes(rows);
    }
    levels.append(validity);
    try {
      values.append(vector, from, validity);
    } catch (ArithmeticException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot write column \"%s\" of type %s: %s"
              .formatted(field.getName(), field.getType(), e.getMessage()),
          e);
    }
  }

  void finishChunk() throws IOException {
    if (levels.rows() > 0) {
      writePage();
    }
    Optional<DictionaryPage> dictionary = values.dictionary();
    if (dictionary.isPresent()) {
      pages.writeDictionaryPage(dictionary.get());
    }
  }

  private void writePage() throws IOException {
    Statistics<?> statistics = Statistics.createStats(column.getPrimitiveType());
    statistics.incrementNumNulls(levels.nulls());
    PageValues.Encoded encoded = values.encode(statistics);
    pages.writePage(
        BytesInput.concat(levels.encode(), encoded.bytes()),
        levels.rows(),
        levels.rows(),
        statistics,
        new SizeStatistics(column.getPrimitiveType(), encoded.byteArrayBytes(), null, null),
        null,
        Encoding.RLE,
        Encoding.RLE,
        encoded.encoding());
    levels.clear();
    values.clear();
  }

  /** Bytes this column holds in memory for the open row group. */
  long bufferedBytes() {
    return pages.getMemSize() + levels.bufferedBytes() + values.bufferedBytes();
  }

  /** Bytes of variable width in the rows [from, to) of the vector that is being read. */
  long variableBytes(int from, int to) {
    return values.variableBytes(vector, from, to);
  }
}
