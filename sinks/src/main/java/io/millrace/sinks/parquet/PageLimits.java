package io.millrace.sinks.parquet;

import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;
import io.millrace.sinks.parquet.ParquetOptions.Encodings;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * How much a column's open page may hold, and how it is encoded.
 *
 * @param pageBytes a page ends at this size
 * @param dictionaries which columns may have one
 * @param firstDictionaryBytes on its first page a dictionary that grows beyond this is given up
 * @param encodings of values without a dictionary
 * @param scratch where a page of any column is encoded: all columns share it, since each page is
 *     compressed at once
 */
record PageLimits(
    int pageBytes,
    Dictionaries dictionaries,
    int firstDictionaryBytes,
    Encodings encodings,
    PageBytes scratch) {
  /**
   * Of a row group's bytes, for the dictionaries of all columns together: a dictionary takes
   * several times the memory of its entries, and a wide row group ends before any page does.
   */
  private static final int DICTIONARIES_SHARE = 4;

  /** Of each column of a file. */
  static PageLimits of(ParquetOptions options, int columns) {
    long share = options.rowGroupBytes() / DICTIONARIES_SHARE / Math.max(1, columns);
    return new PageLimits(
        options.pageBytes(),
        options.dictionaries(),
        (int) Math.min(options.pageBytes(), share),
        options.encodings(),
        new PageBytes(options.pageBytes()));
  }

  /** How numbers of a type are encoded: differences of floating point numbers are none. */
  PageEncoding encoding(PrimitiveTypeName type) {
    if (encodings == Encodings.PLAIN) {
      return PageEncoding.PLAIN;
    }
    return switch (type) {
      case INT32 -> PageEncoding.delta(Integer.BYTES, scratch);
      case INT64 -> PageEncoding.delta(Long.BYTES, scratch);
      default -> PageEncoding.PLAIN;
    };
  }
}
