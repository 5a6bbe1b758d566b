package io.millrace.core.stage;

import io.millrace.core.ledger.Staged;
import org.apache.arrow.vector.VectorSchemaRoot;

/** One staging try: append, finish, or close without finishing to leave nothing behind. */
public interface SinkSession extends AutoCloseable {
  /** Encodes the rows; the caller keeps the batch and may close it on return. */
  void append(VectorSchemaRoot batch);

  /**
   * Makes the staged files whole and durable; invisible to readers until the ledger publishes them.
   */
  Staged finish();

  /** Deletes what was staged unless {@link #finish} succeeded. */
  @Override
  void close();
}
