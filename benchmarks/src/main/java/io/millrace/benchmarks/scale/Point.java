package io.millrace.benchmarks.scale;

import io.millrace.benchmarks.path.Bench;
import io.millrace.benchmarks.path.MeasuredPath;
import io.millrace.benchmarks.path.MillracePath;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.table.TestTable;
import io.millrace.runtime.config.Setting;
import java.util.List;

/**
 * A point of a series.
 *
 * @param series which dimension
 * @param value where in it
 * @param table what is moved
 * @param rows how many rows of it
 * @param settings of the pipeline, as {@code --set} takes them
 * @param sinks how many sink processes
 */
public record Point(
    Series series, String value, TestTable table, long rows, List<Setting> settings, int sinks)
    implements MeasuredPath {
  /** {@code tasks-2}. */
  @Override
  public String name() {
    return series.label() + "-" + value.replace(" ", "");
  }

  @Override
  public List<Pass> measure(Bench bench) throws Exception {
    return new MillracePath(sinks).measure(bench);
  }
}
