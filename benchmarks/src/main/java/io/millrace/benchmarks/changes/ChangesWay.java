package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.runtime.config.Setting;
import java.nio.file.Path;
import java.util.List;

/** A way for committed changes. */
public interface ChangesWay {
  /** Its name on the command line and in result files. */
  String name();

  /** Reads all changes of the log, as often as it takes, in processes of its own. */
  List<Pass> measure(Setup setup) throws Exception;

  /**
   * What a measurement works with.
   *
   * @param log what is read
   * @param settings of Millrace's pipelines, as {@code --set} takes them
   * @param folder an empty one, deleted afterwards
   */
  record Setup(Checkout checkout, ChangeLog log, List<Setting> settings, Path folder) {}

  /** All of them: the limit first. */
  static List<ChangesWay> all() {
    return List.of(new DrainWay(), new MillraceToLog(), new MillraceToParquet(), new DebeziumWay());
  }
}
