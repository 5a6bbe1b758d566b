package io.millrace.runtime.replay;

import io.millrace.core.StreamId;
import io.millrace.runtime.config.SinkSpec;
import java.util.List;
import java.util.Optional;

/**
 * What is to be replayed where.
 *
 * @param selection which plans
 * @param streams of which streams; none for all
 * @param sink by whose ledger the plans are found
 * @param path where to, if not into the sink's own path
 * @param gap what to do about units that the log has no more
 */
public record ReplayOrder(
    ReplaySelection selection,
    List<StreamId> streams,
    SinkSpec<?> sink,
    Optional<String> path,
    Gap gap) {
  /** What to do about units that cannot be loaded. */
  public enum Gap {
    /** The plan stays short, and readers see what they saw before. */
    REFUSED,
    /** The plan goes on without them. */
    ACCEPTED
  }

  public ReplayOrder {
    streams = List.copyOf(streams);
  }

  /** The sink that is loaded. */
  SinkSpec<?> target() {
    return path.<SinkSpec<?>>map(sink::at).orElse(sink);
  }
}
