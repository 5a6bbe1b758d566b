package io.millrace.sinks.files;

import io.millrace.sinks.parquet.BloomFilters;
import io.millrace.sinks.parquet.ParquetOptions;
import java.util.Locale;

/** How Parquet files are laid out, and what follows from it. */
record ParquetLayout(ParquetOptions options) {
  /** Goes up when the same rows and options give other files. */
  private static final int VERSION = 4;

  private static final int COMMON_MEMORY = 3 << 20;

  /**
   * Heap in bytes that one writer holds at most: a row group, as much again for open pages and
   * dictionaries, whose arrays grow by doubling, and what is the same for all.
   */
  long writerMemory() {
    return 2 * options.rowGroupBytes() + COMMON_MEMORY;
  }

  /** A short text that changes when the same rows become other files. */
  String fingerprint() {
    String layout =
        "parquet-%d:%s-%d:%d:%d:%d:%s:%s:%s"
            .formatted(
                VERSION,
                options.compression(),
                options.level(),
                options.rowGroupBytes(),
                options.rowGroupRows(),
                options.pageBytes(),
                options.dictionaries(),
                options.encodings(),
                options.statistics())
            .toLowerCase(Locale.ROOT);
    BloomFilters filters = options.bloomFilters();
    return filters.columns().isEmpty()
        ? layout
        : "%s:%s:%s".formatted(layout, filters.columns(), filters.falsePositives());
  }
}
