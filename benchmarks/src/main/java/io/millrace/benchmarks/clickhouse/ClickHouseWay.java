package io.millrace.benchmarks.clickhouse;

import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.runtime.config.Setting;
import java.nio.file.Path;
import java.util.List;

/** A way for the rows of ClickHouse. */
public interface ClickHouseWay {
  /** Its name on the command line and in result files. */
  String name();

  /** Reads all rows of the table, as often as it takes, in processes of its own. */
  List<Pass> measure(Setup setup, long rows) throws Exception;

  /**
   * What a measurement works with.
   *
   * @param server the source, filled
   * @param settings of Millrace's pipelines, as {@code --set} takes them
   * @param folder an empty one, deleted afterwards
   */
  record Setup(Checkout checkout, ClickHouseServer server, List<Setting> settings, Path folder) {}

  /** All of them: the limit first. */
  static List<ClickHouseWay> all() {
    return List.of(
        new ReadingWay("clickhouse-drain", "drain"),
        new ReadingWay("clickhouse-native", "native"),
        new ReadingWay("clickhouse-memory", "memory"),
        new ReadingWay("clickhouse-arrow-stream", "arrow"),
        new ReadingWay("clickhouse-client-rows", "rows"),
        new ReadingWay("clickhouse-jdbc", "jdbc"),
        new WholeWay());
  }
}
