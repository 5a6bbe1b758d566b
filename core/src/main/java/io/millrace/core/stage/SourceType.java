package io.millrace.core.stage;

import io.millrace.core.MillraceException;
import java.util.List;

/** What the command line must know of a source before its connector runs elsewhere. */
public interface SourceType<O extends Record> extends StageType<O> {
  /** The Kafka Connect connector class that reads it. */
  String connectorClass();

  /**
   * The names of the streams these options will read, without asking the source.
   *
   * @throws MillraceException (CONFIGURATION) if a name cannot be a stream's
   */
  List<String> streams(O options);

  /**
   * Asks the source: connects, checks the right to read, and describes what would be read. Changes
   * nothing there.
   *
   * @throws MillraceException (CONFIGURATION or SOURCE) naming the option at fault where there is
   *     one
   */
  List<SourceTable> describe(O options);
}
