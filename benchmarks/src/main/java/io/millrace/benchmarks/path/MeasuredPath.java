package io.millrace.benchmarks.path;

import io.millrace.benchmarks.result.Pass;
import java.util.List;

/** A way for a table's rows, from Postgres on. */
public interface MeasuredPath {
  /** Its name on the command line and in result files. */
  String name();

  /** Moves the rows, as often as it takes, in processes of its own; they have ended on return. */
  List<Pass> measure(Bench bench) throws Exception;
}
