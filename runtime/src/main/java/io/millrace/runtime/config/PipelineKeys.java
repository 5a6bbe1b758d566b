package io.millrace.runtime.config;

import io.millrace.core.options.OptionSpec;
import java.util.List;

/**
 * The keys at the top of a pipeline's file. Those of each section are declared where they are read.
 */
final class PipelineKeys {
  static final String NAME = "name";
  static final String RUN = "run";
  static final String SOURCE = "source";
  static final String TRANSFORMS = "transforms";
  static final String SINKS = "sinks";
  static final String KAFKA = "kafka";
  static final String CONNECT = "connect";

  /** All of them, in the order one writes them. */
  static final List<OptionSpec> SPECS =
      List.of(
          key(
              NAME,
              OptionSpec.Kind.TEXT,
              "The pipeline's name: part of its topics, consumer groups and ledgers, so renaming it"
                  + " makes another pipeline. `a-z`, `0-9`, `_` and `-`.",
              true),
          key(
              RUN,
              OptionSpec.Kind.GROUP,
              "Divides each stream into runs, by the time in one of its columns. Left out: one run"
                  + " holds the whole stream.",
              false),
          key(SOURCE, OptionSpec.Kind.GROUP, "What to read: `type` and the options of it.", true),
          key(
              TRANSFORMS,
              OptionSpec.Kind.LIST,
              "What is done to the batches, in order: each a `type` and the options of it.",
              false),
          key(
              SINKS,
              OptionSpec.Kind.LIST,
              "Where the batches go: each a `type`, the options of it, and a `name` (where there is"
                  + " only one sink it may be left out: then it is the type).",
              true),
          key(KAFKA, OptionSpec.Kind.GROUP, "The Kafka cluster between source and sinks.", false),
          key(
              CONNECT,
              OptionSpec.Kind.GROUP,
              "The Kafka Connect cluster that reads the source.",
              false));

  static final List<String> KNOWN = SPECS.stream().map(OptionSpec::key).toList();

  private PipelineKeys() {}

  private static OptionSpec key(String key, OptionSpec.Kind kind, String doc, boolean required) {
    return new OptionSpec(key, kind, doc, "", "", required, List.of(), List.of());
  }
}
