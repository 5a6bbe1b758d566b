package io.millrace.core.stage;

import io.millrace.core.StreamId;
import io.millrace.core.ledger.MirrorVersion;
import java.util.Optional;

/**
 * Keeps tables as they are now, made of the snapshots and the changes that a sink has loaded. Any
 * number of processes may do so for the same tables: what they make is the same.
 */
public interface Mirror {
  /**
   * Makes and publishes the next version of a stream's table, if one is due: all buckets have
   * passed the end of a run, or there is a new snapshot. Looks after what versions before it left
   * to do.
   *
   * @return the version, to be asked again; empty if none is due
   * @throws io.millrace.core.MillraceException (TARGET) if the store does not answer; (DATA) if
   *     snapshot and changes do not fit together; (CONFIGURATION) if the rows have no key, or there
   *     is not enough memory
   */
  Optional<MirrorVersion> advance(StreamId stream);
}
