package io.millrace.runtime.config;

import io.millrace.core.StreamId;
import io.millrace.core.options.OptionSpec;
import io.millrace.core.stage.SourceLog;
import io.millrace.core.stage.SourceRequest;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.stage.SourceType;
import io.millrace.core.stage.StoredOffset;
import io.millrace.core.window.WindowOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pipeline reads.
 *
 * @param type the kind of source
 * @param given its options
 * @param found the names of the streams as the source told them; none if it was not asked
 */
public record SourceSpec<O extends Record>(SourceType<O> type, Given<O> given, List<String> found) {
  private static final String URL = "url";

  public SourceSpec {
    found = List.copyOf(found);
  }

  /** A source that was not asked yet. */
  public SourceSpec(SourceType<O> type, Given<O> given) {
    this(type, given, List.of());
  }

  /** The streams' names, without asking the source; nothing if only it can tell. */
  public Optional<List<String>> streams() {
    return found.isEmpty()
        ? given.section().located(() -> type.streams(given.options()))
        : Optional.of(found);
  }

  /**
   * Asks the source what it would publish.
   *
   * @param windowsOrNull how its runs are made; null if each table is one run
   */
  SourceTables describe(WindowOptions windowsOrNull) {
    return windowsOrNull == null
        ? type.describe(given.options())
        : type.describe(given.options(), windowsOrNull);
  }

  /** The Kafka Connect connector class that reads it. */
  public String connectorClass() {
    return type.connectorClass(given.options());
  }

  /** What its connector is told of the Kafka cluster besides its options. */
  public Map<String, String> clusterProperties(String bootstrapServers) {
    return type.clusterProperties(given.options(), bootstrapServers);
  }

  /** Whether the file leaves out where the source is: then it is the embedded sample database. */
  public boolean isSample() {
    return OptionSpec.of(type.options()).stream().anyMatch(option -> option.key().equals(URL))
        && given.text(URL).isEmpty();
  }

  /** The topics that a stream of it has. */
  public List<String> topics(StreamId stream) {
    return type.topics(given.options(), stream);
  }

  /** Whether it reads changes, which have no end. */
  public boolean readsChanges() {
    return type.readsChanges(given.options());
  }

  /** Whether sinks can keep its tables as they are now. */
  boolean feedsMirrors() {
    return type.feedsMirrors(given.options());
  }

  /** What the source keeps of its log for a pipeline; asks the source. */
  public Optional<SourceLog> log(String pipeline) {
    return given.section().located(() -> type.log(given.options(), pipeline));
  }

  /** Lets the source forget what it keeps of its log for a pipeline; says what there was. */
  public Optional<String> dropLog(String pipeline) {
    return given.section().located(() -> type.dropLog(given.options(), pipeline));
  }

  /** Asks the connector of a pipeline to read a table again; gives the table's name. */
  public String resnapshot(String pipeline, String table) {
    return given.section().located(() -> type.resnapshot(given.options(), pipeline, table));
  }

  /** Checks that what is read can be divided into such runs; null if the file says nothing. */
  void checkRuns(WindowOptions windowsOrNull) {
    type.checkRuns(given.options(), windowsOrNull);
  }

  /** Whether all that a request asks for has been published; may ask the source. */
  public boolean isFulfilled(SourceRequest request, List<StoredOffset> offsets) {
    return given.section().located(() -> type.isFulfilled(given.options(), request, offsets));
  }

  /** The same source with some options given otherwise, as if the file said so. */
  public SourceSpec<O> with(Map<String, String> more) {
    return new SourceSpec<>(type, given.with(more), found);
  }

  /** The same source, whose streams are known now. */
  SourceSpec<O> with(SourceTables tables) {
    return new SourceSpec<>(type, given, tables.streams());
  }
}
