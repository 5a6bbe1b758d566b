package io.millrace.sinks.files;

import io.millrace.core.MillraceException;
import io.millrace.core.options.ByteSize;
import io.millrace.core.options.Option;
import io.millrace.sinks.parquet.Compression;
import io.millrace.sinks.parquet.ParquetOptions;
import io.millrace.sinks.parquet.ParquetOptions.Dictionaries;
import io.millrace.sinks.parquet.ParquetOptions.Encodings;
import io.millrace.sinks.parquet.ParquetOptions.Statistics;
import io.millrace.sinks.store.gcs.GcsOptions;
import io.millrace.sinks.store.s3.S3Options;
import java.time.Duration;
import java.util.Optional;

/** The options of {@code type: parquet}. */
public record ParquetSinkOptions(
    @Option(
            value =
                "The folder for a run's files, with {stream}, {run}, {pipeline} and {sink} filled"
                    + " in: a local one, or one in a bucket as docs/stores.md shows. Relative paths"
                    + " start at the current directory. What stands before the first placeholder's"
                    + " folder also holds _millrace, which remembers what was loaded.",
            defaultValue = "lake/{stream}/{run}/",
            example = "s3://lake/raw/{stream}/day={run}/")
        String path,
    @Option("How to reach the store of paths that begin with s3://.") S3Options s3,
    @Option("How to reach the store of paths that begin with gs://.") GcsOptions gcs,
    @Option(value = "How pages are compressed.", defaultValue = "zstd") Compression compression,
    @Option(
            value = "zstd takes 1 to 22 (1 if left out), gzip 1 to 9 (6 if left out).",
            example = "1")
        Optional<Integer> compressionLevel,
    @Option(
            value =
                "A row group ends at this size, as it is in the file. Each writer holds one in"
                    + " memory.",
            defaultValue = "32m")
        ByteSize rowGroupSize,
    @Option(value = "A row group also ends after this many rows.", defaultValue = "1048576")
        int rowGroupRows,
    @Option(value = "A page ends at this size, before compression.", defaultValue = "1m")
        ByteSize pageSize,
    @Option(
            value =
                "Strings and JSON begin each row group with a dictionary, which is given up where"
                    + " it saves nothing. Other types have none.",
            defaultValue = "true")
        boolean dictionary,
    @Option(
            value =
                "How values without a dictionary are written. delta: integers, times and decimals"
                    + " of up to 18 digits as differences, texts behind all of their lengths"
                    + " (DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY). plain: as they are, for"
                    + " readers that do not know these, such as Spark before 3.4 and Iceberg's"
                    + " vectorized reader before 2026.",
            defaultValue = "delta")
        Encodings encodings,
    @Option(
            value =
                "Least and greatest values and the number of nulls, by which readers skip row"
                    + " groups.",
            defaultValue = "true")
        boolean statistics,
    @Option(
            value =
                "Those of each page too, and where it lies, by which readers skip pages. Needs"
                    + " statistics.",
            defaultValue = "true")
        boolean pageIndex,
    @Option("Bloom filters.") BloomFilterOptions bloomFilters,
    @Option(
            value =
                "How long the files of a run stay after a later reading of it has replaced them,"
                    + " for queries that still read them.",
            defaultValue = "0s",
            example = "15m")
        Duration keepSuperseded,
    @Option(value = "How many files are encoded at the same time.", defaultValue = "2") int writers,
    @Option(
            value =
                "How long, by the times in the log, a unit may go without a batch before nobody"
                    + " waits for it; its end brings it back. A plan that lacks units for that long"
                    + " is read from the log once more, and then held.",
            defaultValue = "1h")
        Duration parkAfter,
    @Option("When the changes of a bucket become a file, besides at the end of their RunInstance.")
        CutOptions cut,
    @Option(
            value =
                "What readers see of a source of changes. changes: the snapshots, and beside them"
                    + " every change in order. mirror: each table as of the end of the last"
                    + " RunInstance of changes; needs a source that reads snapshots and changes,"
                    + " and a key.",
            defaultValue = "changes")
        Output output,
    @Option(
            value =
                "With output: mirror, how long changes stay beside the ledger after the table has"
                    + " them, by the times of their records. It has to be longer than any snapshot"
                    + " takes: one that was begun earlier needs them, and is refused once they may"
                    + " be gone.",
            defaultValue = "7d",
            example = "30d")
        Duration keepChanges) {
  private static final long LARGEST_PAGE = 64L << 20;

  public ParquetSinkOptions {
    LakeStore.of("path", PathTemplate.parse(path).root()).requireOnly(s3, gcs);
    if (pageSize.bytes() < 1 || pageSize.bytes() > LARGEST_PAGE) {
      throw MillraceException.configuration(
          "page_size", "Cannot use pages of %s: up to 64m are allowed".formatted(pageSize));
    }
    if (rowGroupSize.bytes() < pageSize.bytes()) {
      throw MillraceException.configuration(
          "row_group_size",
          "Cannot use row groups of %s: they hold pages of %s, make them larger"
              .formatted(rowGroupSize, pageSize));
    }
    if (rowGroupRows < 1) {
      throw MillraceException.configuration(
          "row_group_rows",
          "Cannot use row groups of %d rows: use at least 1".formatted(rowGroupRows));
    }
    if (writers < 1) {
      throw MillraceException.configuration(
          "writers", "Cannot write with %d writers: use at least 1".formatted(writers));
    }
    if (parkAfter.isNegative() || parkAfter.isZero()) {
      throw MillraceException.configuration(
          "park_after", "Cannot park units after %s: use a longer time".formatted(parkAfter));
    }
    int level = compressionLevel.orElse(compression.usualLevel());
    if (!compression.has(level)) {
      throw MillraceException.configuration(
          "compression_level",
          "Cannot compress with level %d: %s %s"
              .formatted(level, compression, compression.levels()));
    }
  }

  /** How files are laid out. */
  ParquetOptions parquet() {
    return new ParquetOptions(
        compression,
        compressionLevel.orElse(compression.usualLevel()),
        rowGroupSize.bytes(),
        rowGroupRows,
        (int) pageSize.bytes(),
        dictionary ? Dictionaries.TEXT : Dictionaries.NONE,
        encodings,
        where(),
        bloomFilters.filters());
  }

  private Statistics where() {
    if (!statistics) {
      return Statistics.NONE;
    }
    return pageIndex ? Statistics.PAGES : Statistics.ROW_GROUPS;
  }
}
