package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;

/**
 * How a file is laid out. Two files of the same rows are byte-equal only under equal options.
 *
 * @param compression of every page
 * @param level of the compression, {@link Compression#usualLevel()} unless told otherwise
 * @param rowGroupBytes a row group ends when this many encoded bytes are held in memory, give or
 *     take a page per column
 * @param rowGroupRows a row group also ends after this many rows: rows that compress well would
 *     otherwise make groups too long for readers that share a file out by row groups
 * @param pageBytes a page ends when its values reach this many bytes before compression (or after
 *     {@value ColumnPages#PAGE_ROWS} rows)
 * @param dictionaries which columns may be dictionary-encoded
 * @param encodings of values without a dictionary
 * @param statistics where least and greatest values are kept
 * @param bloomFilters which columns have one
 */
public record ParquetOptions(
    Compression compression,
    int level,
    long rowGroupBytes,
    int rowGroupRows,
    int pageBytes,
    Dictionaries dictionaries,
    Encodings encodings,
    Statistics statistics,
    BloomFilters bloomFilters) {

  /** Where readers find the least and greatest values of a column, and how many nulls it has. */
  public enum Statistics {
    NONE,
    /** Of each row group. */
    ROW_GROUPS,
    /** Of each row group and of each page: the page index. */
    PAGES
  }

  /** Which columns start each row group with a dictionary; it is given up where it does not pay. */
  public enum Dictionaries {
    NONE,
    /**
     * Strings and JSON. Numbers stay PLAIN: after zstd that was both faster and smaller than a
     * dictionary on the trips table.
     */
    TEXT
  }

  /** How values without a dictionary are encoded. */
  public enum Encodings {
    /** As they are: the one encoding that every reader knows. */
    PLAIN,
    /**
     * Integers, times and decimals of up to 18 digits as their differences (DELTA_BINARY_PACKED),
     * byte strings behind all of their lengths (DELTA_LENGTH_BYTE_ARRAY), the others as they are.
     * On the trips table both smaller and faster than leaving it all to zstd.
     */
    DELTA
  }

  /** ZSTD level 1, row groups of 128 MiB or 1,048,576 rows, pages of 1 MiB, text dictionaries. */
  public static final ParquetOptions DEFAULT =
      new ParquetOptions(
          Compression.ZSTD,
          Compression.ZSTD.usualLevel(),
          128L << 20,
          1 << 20,
          1 << 20,
          Dictionaries.TEXT);

  /** With differences, statistics of pages, and without Bloom filters. */
  public ParquetOptions(
      Compression compression,
      int level,
      long rowGroupBytes,
      int rowGroupRows,
      int pageBytes,
      Dictionaries dictionaries) {
    this(
        compression,
        level,
        rowGroupBytes,
        rowGroupRows,
        pageBytes,
        dictionaries,
        Encodings.DELTA,
        Statistics.PAGES,
        BloomFilters.NONE);
  }

  public ParquetOptions {
    if (!compression.has(level)) {
      throw MillraceException.configuration(
          "Cannot compress with level %d: %s %s"
              .formatted(level, compression, compression.levels()));
    }
    requirePositive("rowGroupBytes", rowGroupBytes);
    requirePositive("rowGroupRows", rowGroupRows);
    requirePositive("pageBytes", pageBytes);
  }

  /** The same options with another compression, at its usual level. */
  public ParquetOptions withCompression(Compression other) {
    return new ParquetOptions(
        other,
        other.usualLevel(),
        rowGroupBytes,
        rowGroupRows,
        pageBytes,
        dictionaries,
        encodings,
        statistics,
        bloomFilters);
  }

  /** The same options with other encodings. */
  public ParquetOptions withEncodings(Encodings other) {
    return new ParquetOptions(
        compression,
        level,
        rowGroupBytes,
        rowGroupRows,
        pageBytes,
        dictionaries,
        other,
        statistics,
        bloomFilters);
  }

  /** The same options with other statistics. */
  public ParquetOptions withStatistics(Statistics other) {
    return new ParquetOptions(
        compression,
        level,
        rowGroupBytes,
        rowGroupRows,
        pageBytes,
        dictionaries,
        encodings,
        other,
        bloomFilters);
  }

  /** The same options with other Bloom filters. */
  public ParquetOptions withBloomFilters(BloomFilters other) {
    return new ParquetOptions(
        compression,
        level,
        rowGroupBytes,
        rowGroupRows,
        pageBytes,
        dictionaries,
        encodings,
        statistics,
        other);
  }

  private static void requirePositive(String option, long value) {
    if (value <= 0) {
      throw MillraceException.configuration(
          "Cannot write Parquet with %s = %d: use a positive number".formatted(option, value));
    }
  }
}
