package io.millrace.sinks.mirror.build;

import io.millrace.sinks.mirror.BucketFiles;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows that changes are folded into. */
interface BaseRows extends BucketFiles, AutoCloseable {
  /** The schema of all buckets. */
  Schema schema();

  /** Nobody reads them any more. */
  @Override
  void close();
}
