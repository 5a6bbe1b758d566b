package io.millrace.core.stage;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.window.WindowOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the command line must know of a source before its connector runs elsewhere. */
public interface SourceType<O extends Record> extends StageType<O> {
  /** The Kafka Connect connector class that reads it as these options say. */
  String connectorClass(O options);

  /**
   * What the connector is told of the Kafka cluster besides its options, for a source that keeps
   * topics of its own there.
   */
  default Map<String, String> clusterProperties(O options, String bootstrapServers) {
    return Map.of();
  }

  /** The topics of a stream that these options fill. */
  default List<String> topics(O options, StreamId stream) {
    return List.of(stream.topic());
  }

  /**
   * What the source keeps of its log for a pipeline with these options; nothing if it keeps nothing
   * for it, or changes are not read. Asks the source.
   *
   * @throws MillraceException (SOURCE) if it cannot be asked
   */
  default Optional<SourceLog> log(O options, String pipeline) {
    return Optional.empty();
  }

  /**
   * Lets the source forget what it keeps of its log for the pipeline: what was not read is lost.
   *
   * @return what was there; nothing if there was nothing
   * @throws MillraceException (SOURCE) if it cannot, or somebody still reads it
   */
  default Optional<String> dropLog(O options, String pipeline) {
    return Optional.empty();
  }

  /**
   * Asks the connector that reads a table's changes to read the table again meanwhile. It is not
   * done when this returns: the wish is kept where the connector finds it.
   *
   * @param table its name at the source, or that of its stream
   * @return the table's name
   * @throws MillraceException (CONFIGURATION) if these options cannot do that, or have no such
   *     table; (SOURCE) if no connector would hear it, or the source cannot be asked
   */
  default String resnapshot(O options, String pipeline, String table) {
    throw MillraceException.configuration(
        "type",
        "Cannot read a table again beside its changes: a source of type %s does not"
            .formatted(name()));
  }

  /** Whether these options read changes, which have no end. */
  default boolean readsChanges(O options) {
    return false;
  }

  /**
   * Whether these options read tables as they are and all changes since, so that a sink can keep
   * them as they are now.
   */
  default boolean feedsMirrors(O options) {
    return false;
  }

  /**
   * Checks, without asking the source, that what these options read can be divided into such runs.
   *
   * @param windowsOrNull how runs are made; null if the pipeline does not say
   * @throws MillraceException (CONFIGURATION) if not; options of the windows are named under {@code
   *     run.}
   */
  default void checkRuns(O options, WindowOptions windowsOrNull) {
    if (windowsOrNull != null && windowsOrNull.isOfChanges()) {
      throw MillraceException.configuration(
          "run.column", "Missing: the column that says which run a row belongs to");
    }
  }

  /**
   * The names of the streams these options will read, without asking the source; nothing if only
   * the source can tell.
   *
   * @throws MillraceException (CONFIGURATION) if a name cannot be a stream's
   */
  Optional<List<String>> streams(O options);

  /**
   * Asks the source: connects, checks the right to read, and describes what would be read. Changes
   * nothing there. Describes nothing if only the connector can tell.
   *
   * @throws MillraceException (CONFIGURATION or SOURCE) if nothing can be read, naming the option
   *     at fault where there is one
   */
  SourceTables describe(O options);

  /**
   * The same of what would be read window by window: each table has to have the run's column.
   *
   * @throws MillraceException as {@link #describe(Record)}; options of the windows are named under
   *     {@code run.}
   */
  SourceTables describe(O options, WindowOptions windows);

  /**
   * Whether all that a request asks for has been published, or given up. May ask the source.
   *
   * @param offsets what Kafka Connect keeps for the connector
   * @throws MillraceException (SOURCE) if the source cannot be asked
   */
  boolean isFulfilled(O options, SourceRequest request, List<StoredOffset> offsets);
}
