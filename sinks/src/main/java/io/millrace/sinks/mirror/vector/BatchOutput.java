package io.millrace.sinks.mirror.vector;

import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Takes finished batches, one after the other. */
@FunctionalInterface
public interface BatchOutput {
  /** Takes a batch, which stays the caller's and is closed on return. */
  void accept(VectorSchemaRoot batch) throws IOException;
}
