package io.millrace.sinks.parquet;

import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;

/**
 * How much a column's open page may hold.
 *
 * @param pageBytes a page ends at this size
 * @param dictionaries which columns may have one
 * @param firstDictionaryBytes on its first page a dictionary that grows beyond this is given up
 */
record PageLimits(int pageBytes, Dictionaries dictionaries, int firstDictionaryBytes) {
  /**
   * Of a row group's bytes, for the dictionaries of all columns together: a dictionary takes
   * several times the memory of its entries, and a wide row group ends before any page does.
   */
  private static final int DICTIONARIES_SHARE = 4;

  /** Of each column of a file. */
  static PageLimits of(ParquetOptions options, int columns) {
    long share = options.rowGroupBytes() / DICTIONARIES_SHARE / Math.max(1, columns);
    return new PageLimits(
        options.pageBytes(), options.dictionaries(), (int) Math.min(options.pageBytes(), share));
  }
}
