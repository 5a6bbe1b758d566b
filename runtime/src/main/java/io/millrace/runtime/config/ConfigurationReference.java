package io.millrace.runtime.config;

import io.millrace.core.options.OptionSpec;
import io.millrace.core.stage.StageType;
import io.millrace.core.window.WindowOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes the reference page of a pipeline's file, in Markdown, from what the options declare of
 * themselves.
 */
public final class ConfigurationReference {
  private static final String COLUMNS =
      "| key | value | default | what it does |\n| --- | --- | --- | --- |\n";

  private final StringBuilder page = new StringBuilder();

  private ConfigurationReference() {}

  /** The page for a Millrace that has these types. */
  public static String of(StageTypes types) {
    var reference = new ConfigurationReference();
    reference.file();
    reference.stages("Sources", "source", types.sources());
    reference.stages("Transforms", "transform", types.transforms());
    reference.stages("Sinks", "sink", types.sinks());
    return reference.page.toString();
  }

  private void file() {
    page.append(
        """
        # Configuration

        One YAML file describes one pipeline. `millrace validate FILE` checks it and names the line and
        column of whatever is wrong; a key that is not on this page is an error. This page is generated
        from the options' own declarations.

        `${env:NAME}` and `${file:PATH}` stand for the value of an environment variable and for the text
        of a file (relative to the current directory). Secrets are written in no other way. `millrace
        deploy` hands the source's references to the Connect cluster as they are: its workers resolve
        them, so they need the variables and files, and the config providers `env`
        (`EnvVarConfigProvider`) and `directory` (`DirectoryConfigProvider`). The sinks need none of the
        source's.

        A command's `--set path=value` stands above the file for once: `--set source.tasks=8`, `--set
        sinks.lake.compression=snappy` (a sink by its name or index). The value is YAML; one of keys is
        written as `--set 'transforms.0.columns={a: b}'`.

        Spans of time are numbers with `ms`, `s`, `m`, `h`, `d` or `w`; sizes are numbers of bytes, or with
        `k`, `m` or `g` (powers of 1024).

        ## The file

        """);
    table(PipelineKeys.SPECS);
    page.append("\n## run\n\n");
    table(OptionSpec.of(WindowOptions.class));
    page.append("\n## kafka\n\n").append(COLUMNS);
    rows(OptionSpec.of(TopicSettings.class), KafkaReader.TOPIC + ".");
    row(
        "`%s`".formatted(KafkaSettings.BOOTSTRAP_SERVERS),
        "text, e.g. `kafka:9092`",
        "",
        KafkaSettings.BOOTSTRAP_SERVERS_DOC);
    row(
        "any other",
        "text",
        "",
        "Every other key is a property of Kafka's own clients and goes to each of them here, those"
            + " of a Connect worker in this process too (workers of a Connect cluster have settings"
            + " of their own), e.g. `security.protocol`. Those that Kafka calls passwords hold a"
            + " reference.");
    page.append("\n## connect\n\n");
    table(OptionSpec.of(ConnectSettings.class));
  }

  private void stages(String title, String word, Map<String, ? extends StageType<?>> types) {
    page.append("\n## ").append(title).append('\n');
    if (types.isEmpty()) {
      page.append("\nThis Millrace has no %s.\n".formatted(word));
    }
    types.forEach(
        (name, type) -> {
          page.append("\n### type: ").append(name).append("\n\n");
          table(OptionSpec.of(type.options()));
        });
  }

  private void table(List<OptionSpec> specs) {
    page.append(COLUMNS);
    rows(specs, "");
  }

  private void rows(List<OptionSpec> specs, String prefix) {
    for (OptionSpec spec : specs) {
      row("`%s`".formatted(prefix + spec.key()), value(spec), byDefault(spec), spec.doc());
      if (spec.kind() == OptionSpec.Kind.GROUP) {
        rows(spec.children(), prefix + spec.key() + ".");
      }
    }
  }

  private void row(String key, String value, String byDefault, String doc) {
    page.append(
        "| %s | %s | %s | %s |\n"
            .formatted(key, value, byDefault, doc.replace("\n", " ").replace("|", "\\|")));
  }

  private static String value(OptionSpec spec) {
    String example = spec.example().isEmpty() ? "" : ", e.g. `" + spec.example() + "`";
    return kind(spec) + example;
  }

  private static String kind(OptionSpec spec) {
    return switch (spec.kind()) {
      case TEXT -> "text";
      case INTEGER -> "whole number";
      case BOOLEAN -> "`true` or `false`";
      case DURATION -> "span of time";
      case SIZE -> "size";
      case CHOICE ->
          spec.choices().stream().map("`%s`"::formatted).collect(Collectors.joining(", "));
      case SECRET -> "secret";
      case LIST -> ofSeveral("list", spec);
      case MAP -> ofSeveral("keys of your own", spec);
      case GROUP -> "keys";
    };
  }

  private static String ofSeveral(String what, OptionSpec spec) {
    return spec.children().isEmpty() ? what : what + ": " + kind(spec.children().get(0));
  }

  private static String byDefault(OptionSpec spec) {
    if (spec.required()) {
      return "required";
    }
    return spec.defaultText().isEmpty() ? "" : "`" + spec.defaultText() + "`";
  }
}
