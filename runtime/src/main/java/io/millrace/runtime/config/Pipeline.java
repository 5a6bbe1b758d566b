package io.millrace.runtime.config;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.options.OptionSpec;
import io.millrace.core.options.Problem;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.window.WindowOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One pipeline as its file describes it, with nothing left to find wrong in the file itself.
 *
 * @param file the file as it was named
 * @param name the pipeline's name
 * @param runOrNull how its streams are divided into runs; {@code null} if each is one run
 * @param source what it reads
 * @param transforms what is done to the batches, in order
 * @param sinks where they go, at least one, names and paths distinct
 * @param kafka the cluster between source and sinks
 * @param connect the cluster that runs the connector
 */
public record Pipeline(
    Path file,
    String name,
    Given<WindowOptions> runOrNull,
    SourceSpec<?> source,
    List<TransformSpec<?>> transforms,
    List<SinkSpec<?>> sinks,
    KafkaSettings kafka,
    ConnectSettings connect) {

  private static final String RUN = PipelineKeys.RUN + ".";

  public Pipeline {
    transforms = List.copyOf(transforms);
    sinks = List.copyOf(sinks);
  }

  /** How its streams are divided into runs; empty if each is one run. */
  public Optional<Given<WindowOptions>> run() {
    return Optional.ofNullable(runOrNull);
  }

  /** The same in one line, by which ledgers tell one division from another. */
  public String layout() {
    return run().map(given -> given.options().layout()).orElse(SinkContext.SNAPSHOT);
  }

  /** Its streams, without asking the source; nothing if only that can tell. */
  public Optional<List<StreamId>> streams() {
    return source
        .streams()
        .map(names -> names.stream().map(stream -> new StreamId(name, stream)).toList());
  }

  /**
   * The schemas of what is published of a table: by its stream's name, and its changes by that name
   * and {@code .changes}.
   */
  public Map<String, Schema> schemas(SourceTable table) {
    var schemas = new LinkedHashMap<String, Schema>();
    var stream = new StreamId(name, table.stream());
    List<String> topics = source.topics(stream);
    if (topics.contains(stream.topic())) {
      schemas.put(table.stream(), table.schema());
    }
    if (topics.contains(stream.changesTopic())) {
      schemas.put(table.stream() + ".changes", table.changesOrNull());
    }
    return schemas;
  }

  /** Asks the source what it would publish; an error tells the file's line where it can. */
  public SourceTables describe() {
    try {
      return source.describe(run().map(Given::options).orElse(null));
    } catch (MillraceException e) {
      throw e.key().map(option -> located(e, option)).orElse(e);
    }
  }

  private MillraceException located(MillraceException e, String option) {
    return ofRun(option)
        .map(of -> runOrNull.section().located(e, of))
        .orElseGet(() -> source.given().section().located(e, option));
  }

  /** An option as the source names it, relative to {@code run:}, if it is one of those. */
  private Optional<String> ofRun(String option) {
    return runOrNull != null && option.startsWith(RUN)
        ? Optional.of(option.substring(RUN.length()))
        : Optional.empty();
  }

  /**
   * What is wrong with an option of the source or of its runs, as the source's connector names it;
   * nothing if it is an option of neither.
   */
  public Optional<Finding> finding(Problem problem) {
    Optional<String> option = ofRun(problem.path());
    if (option.isPresent()) {
      return option.map(of -> runOrNull.section().finding(of, problem.message()));
    }
    return OptionSpec.of(source.type().options()).stream()
        .filter(known -> holds(known, problem.path()))
        .findFirst()
        .map(known -> source.given().section().finding(problem.path(), problem.message()));
  }

  /** The same pipeline, whose streams are known now. */
  public Pipeline with(SourceTables tables) {
    return with(source.with(tables));
  }

  private static boolean holds(OptionSpec option, String path) {
    boolean hasKeys =
        option.kind() == OptionSpec.Kind.GROUP || option.kind() == OptionSpec.Kind.MAP;
    return path.equals(option.key()) || (hasKeys && path.startsWith(option.key() + "."));
  }

  /** The consumer group of a sink. */
  public String group(SinkSpec<?> sink) {
    return "millrace.%s.%s".formatted(name, sink.name());
  }

  /** The same pipeline with another source. */
  public Pipeline with(SourceSpec<?> other) {
    return new Pipeline(file, name, runOrNull, other, transforms, sinks, kafka, connect);
  }

  /** The same pipeline with its connector on another Connect cluster. */
  public Pipeline with(ConnectSettings other) {
    return new Pipeline(file, name, runOrNull, source, transforms, sinks, kafka, other);
  }

  /** The same pipeline over another cluster. */
  public Pipeline with(KafkaSettings other) {
    return new Pipeline(file, name, runOrNull, source, transforms, sinks, other, connect);
  }
}
