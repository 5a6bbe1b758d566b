package io.millrace.runtime.config;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.options.NearestWord;
import io.millrace.core.stage.SinkType;
import io.millrace.core.stage.SourceType;
import io.millrace.core.stage.TransformType;
import io.millrace.core.window.WindowOptions;
import io.millrace.runtime.config.StageReader.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes a pipeline of a file's tree, section by section; goes on where something is wrong. */
final class PipelineReader {
  /** Kafka's limit for a topic's name. */
  private static final int LONGEST_TOPIC = 249;

  /** The option that says where a sink writes. */
  private static final String PATH = "path";

  /** The option that says what readers see. */
  private static final String OUTPUT = "output";

  private final StageTypes types;
  private final StageReader stages;
  private final KafkaReader kafka;
  private final Findings findings;

  PipelineReader(StageTypes types, References references, Findings findings) {
    this.types = types;
    this.findings = findings;
    this.stages = new StageReader(references, findings);
    this.kafka = new KafkaReader(stages, references, findings);
  }

  /** The pipeline, if no section lacks what it needs; good only if there was no finding. */
  Optional<Pipeline> read(Map<String, Object> root) {
    for (String key : root.keySet()) {
      if (!PipelineKeys.KNOWN.contains(key)) {
        findings.report(key, NearestWord.unknown("key", key, PipelineKeys.KNOWN));
      }
    }
    Optional<String> name = name("pipeline", root.get(PipelineKeys.NAME), PipelineKeys.NAME);
    Optional<Given<WindowOptions>> run = run(root);
    Optional<SourceSpec<?>> source = source(root.get(PipelineKeys.SOURCE));
    List<TransformSpec<?>> transforms = transforms(root.get(PipelineKeys.TRANSFORMS));
    List<SinkSpec<?>> sinks = sinks(root.get(PipelineKeys.SINKS));
    Optional<KafkaSettings> cluster = kafka.read(section(root, PipelineKeys.KAFKA));
    Optional<ConnectSettings> connect =
        stages
            .given(ConnectSettings.class, section(root, PipelineKeys.CONNECT), PipelineKeys.CONNECT)
            .map(Given::options);
    if (name.isEmpty() || source.isEmpty() || cluster.isEmpty() || connect.isEmpty()) {
      return Optional.empty();
    }
    checkStreams(name.get(), source.get());
    checkRuns(source.get(), run);
    checkMirrors(source.get(), sinks);
    checkChanges(source.get(), sinks);
    return Optional.of(
        new Pipeline(
            findings.file().file(),
            name.get(),
            run.orElse(null),
            source.get(),
            transforms,
            sinks,
            cluster.get(),
            connect.get()));
  }

  private Optional<String> name(String what, Object given, String path) {
    if (given == null) {
      findings.report(path, "Missing: the %s's name".formatted(what));
      return Optional.empty();
    }
    try {
      return Optional.of(StreamId.requireName(what, String.valueOf(given)));
    } catch (MillraceException e) {
      findings.report(path, e.getMessage());
      return Optional.empty();
    }
  }

  /** How runs are divided; nothing if the file does not say so, or says it wrong. */
  private Optional<Given<WindowOptions>> run(Map<String, Object> root) {
    if (!root.containsKey(PipelineKeys.RUN)) {
      return Optional.empty();
    }
    Map<String, Object> section = section(root, PipelineKeys.RUN);
    return findings.has(PipelineKeys.RUN)
        ? Optional.empty()
        : stages.given(WindowOptions.class, section, PipelineKeys.RUN);
  }

  private Optional<SourceSpec<?>> source(Object tree) {
    if (tree == null) {
      findings.report(PipelineKeys.SOURCE, "Missing: what to read, and its type");
      return Optional.empty();
    }
    return stages
        .one("source", tree, PipelineKeys.SOURCE, types.sources())
        .flatMap(stage -> source(stage.type(), stage));
  }

  private <O extends Record> Optional<SourceSpec<?>> source(SourceType<O> type, Stage<?> stage) {
    return stages.given(type, stage).map(given -> new SourceSpec<>(type, given));
  }

  private List<TransformSpec<?>> transforms(Object tree) {
    var specs = new ArrayList<TransformSpec<?>>();
    stages
        .list("transform", tree, PipelineKeys.TRANSFORMS, types.transforms())
        .forEach(stage -> transform(stage.type(), stage).ifPresent(specs::add));
    return specs;
  }

  private <O extends Record> Optional<TransformSpec<?>> transform(
      TransformType<O> type, Stage<?> stage) {
    return stages.given(type, stage).map(given -> new TransformSpec<>(type, given));
  }

  private List<SinkSpec<?>> sinks(Object tree) {
    if (tree == null || (tree instanceof List<?> list && list.isEmpty())) {
      findings.report(PipelineKeys.SINKS, "Missing: a list of one or more sinks");
      return List.of();
    }
    boolean alone = tree instanceof List<?> list && list.size() == 1;
    var specs = new ArrayList<SinkSpec<?>>();
    for (Stage<SinkType<?>> stage : stages.list("sink", tree, PipelineKeys.SINKS, types.sinks())) {
      Object written = stage.take(PipelineKeys.NAME);
      Object named = written == null && alone ? stage.type().name() : written;
      Optional<String> name = name("sink", named, stage.at(PipelineKeys.NAME));
      // an illegal name is reported; what else is wrong with the sink shall be, too
      sink(name.orElse("?"), stage.type(), stage).ifPresent(specs::add);
    }
    distinct(PipelineKeys.NAME, specs, spec -> Optional.of(spec.name()));
    distinct(PATH, specs, PipelineReader::target);
    return specs;
  }

  private <O extends Record> Optional<SinkSpec<?>> sink(
      String name, SinkType<O> type, Stage<?> stage) {
    return stages.given(type, stage).map(given -> new SinkSpec<>(name, type, given));
  }

  /** Reports every sink that has the same value for {@code key} as one before it. */
  private void distinct(
      String key, List<SinkSpec<?>> sinks, Function<SinkSpec<?>, Optional<String>> value) {
    var first = new HashMap<String, Section>();
    for (SinkSpec<?> sink : sinks) {
      Section here = sink.given().section();
      value
          .apply(sink)
          .map(given -> first.putIfAbsent(given, here))
          .ifPresent(
              other ->
                  findings.report(
                      Section.join(here.path(), key),
                      "Cannot use the %s of %s again: each sink needs its own"
                          .formatted(key, other.path())));
    }
  }

  /** Where a sink writes, said in one way; nothing if it has no such option. */
  private static Optional<String> target(SinkSpec<?> sink) {
    return sink.given()
        .text(PATH)
        .map(path -> path.replaceFirst("^(\\./+)+", "").replaceFirst("/+$", ""));
  }

  /** The keys below one at the top; none if it is left out. */
  private Map<String, Object> section(Map<String, Object> root, String key) {
    Object given = root.get(key);
    var section = new LinkedHashMap<String, Object>();
    if (given instanceof Map<?, ?> map) {
      map.forEach((k, value) -> section.put(String.valueOf(k), value));
    } else if (given != null) {
      findings.report(key, "Expected keys and values below it");
    }
    return section;
  }

  private void checkStreams(String pipeline, SourceSpec<?> source) {
    var seen = new HashSet<String>();
    try {
      for (String stream : streams(source)) {
        int length = new StreamId(pipeline, stream).topic().length();
        if (length > LONGEST_TOPIC) {
          findings.report(
              PipelineKeys.SOURCE,
              "Cannot name a topic after stream \"%s\": %d characters, and Kafka allows %d"
                  .formatted(stream, length, LONGEST_TOPIC));
        }
        if (!seen.add(stream)) {
          findings.report(
              PipelineKeys.SOURCE, "Two streams have the name \"%s\"".formatted(stream));
        }
      }
    } catch (MillraceException e) {
      findings.report(Section.join(PipelineKeys.SOURCE, e.key().orElse("")), e.getMessage());
    }
  }

  /** What is wrong with the section itself was reported already. */
  private void checkRuns(SourceSpec<?> source, Optional<Given<WindowOptions>> run) {
    if (run.isEmpty() && findings.hasWithin(PipelineKeys.RUN)) {
      return;
    }
    try {
      source.checkRuns(run.map(Given::options).orElse(null));
    } catch (MillraceException e) {
      String key = e.key().orElse("");
      boolean ofRun = key.equals(PipelineKeys.RUN) || key.startsWith(PipelineKeys.RUN + ".");
      findings.report(ofRun ? key : Section.join(PipelineKeys.SOURCE, key), e.getMessage());
    }
  }

  private void checkMirrors(SourceSpec<?> source, List<SinkSpec<?>> sinks) {
    for (SinkSpec<?> sink : sinks) {
      if (sink.keepsMirrors() && !source.feedsMirrors()) {
        findings.report(
            Section.join(sink.given().section().path(), OUTPUT),
            "Cannot keep tables as they are now: that takes a source that reads them and all their"
                + " changes, such as postgres with mode: cdc");
      }
    }
  }

  private void checkChanges(SourceSpec<?> source, List<SinkSpec<?>> sinks) {
    if (!source.readsChanges()) {
      return;
    }
    for (SinkSpec<?> sink : sinks) {
      if (!sink.type().takesChanges()) {
        findings.report(
            sink.given().section().path(),
            "Cannot load changes into type: %s, which loads runs only; let the source read without changes, or use another sink"
                .formatted(sink.type().name()));
      }
    }
  }

  private static <O extends Record> List<String> streams(SourceSpec<O> source) {
    return source.type().streams(source.given().options()).orElse(List.of());
  }
}
