package io.millrace.core.options;

import io.millrace.core.MillraceException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Options of every kind. */
record SampleOptions(
    @Option(value = "Where it is.", example = "jdbc:postgresql://db/app") String url,
    @Option(value = "How many.", defaultValue = "4") int tasks,
    @Option(value = "Bytes at most.", defaultValue = "4") long maxRows,
    @Option(value = "Whether to be strict.", defaultValue = "true") boolean strict,
    @Option(value = "How long to wait.", defaultValue = "10s") Duration timeout,
    @Option(value = "How large.", defaultValue = "128m") ByteSize rowGroup,
    @Option(value = "How to pack.", defaultValue = "zstd") Codec compression,
    @Option("The password.") Optional<Secret> password,
    @Option("Tables.") List<String> tables,
    @Option(value = "Weekdays.", defaultValue = "mon, tue") List<String> days,
    @Option("Names by names.") Map<String, String> columns,
    @Option("Weights by names.") Map<String, Integer> weights,
    @Option("How to divide.") Optional<Partition> partition,
    @Option("The topic.") Topic topic) {

  enum Codec {
    NONE,
    ZSTD,
    LZ4_RAW
  }

  /** A group with an option that is required. */
  record Partition(
      @Option("By which column.") String column,
      @Option(value = "Into how many ranges.", defaultValue = "8") int ranges) {
    Partition {
      if (ranges < 1) {
        throw MillraceException.configuration(
            "ranges", "Cannot use %d ranges: at least 1 is needed".formatted(ranges));
      }
    }
  }

  /** A group that may be left out. */
  record Topic(
      @Option(value = "TopicPartitions.", defaultValue = "4") int partitions,
      @Option("How long records are kept.") Optional<Duration> retention) {}
}
