package io.millrace.connect;

import io.millrace.core.options.FlatOptions;
import io.millrace.core.options.OptionSpec;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.options.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * A connector's options: the record that declares them, as Kafka Connect wants to see it. Groups
 * become dotted keys; Connect's own properties stand beside them and are left alone.
 *
 * @param <O> the record
 */
public final class ConnectOptions<O extends Record> {
  private final Class<O> type;
  private final List<OptionSpec> specs;

  public ConnectOptions(Class<O> type) {
    this.type = type;
    this.specs = OptionSpec.of(type);
  }

  /** Adds a key for every option, with its documentation and default; maps have no keys to add. */
  public ConfigDef define(ConfigDef definition) {
    define(definition, specs, "");
    return definition;
  }

  private static void define(ConfigDef definition, List<OptionSpec> specs, String prefix) {
    for (OptionSpec spec : specs) {
      String key = prefix + spec.key();
      switch (spec.kind()) {
        case GROUP -> define(definition, spec.children(), key + ".");
        case MAP -> {}
        default ->
            definition.define(
                key,
                spec.kind() == OptionSpec.Kind.SECRET
                    ? ConfigDef.Type.PASSWORD
                    : ConfigDef.Type.STRING,
                defaultValue(spec),
                spec.required() ? ConfigDef.Importance.HIGH : ConfigDef.Importance.MEDIUM,
                spec.doc());
      }
    }
  }

  private static Object defaultValue(OptionSpec spec) {
    if (spec.required()) {
      return ConfigDef.NO_DEFAULT_VALUE;
    }
    return spec.defaultText().isEmpty() ? null : spec.defaultText();
  }

  /** The record in a connector's properties, or nothing if any problem was reported. */
  public Optional<O> read(Map<String, String> properties, Consumer<Problem> problems) {
    return OptionsReader.read(type, FlatOptions.unflatten(specs, properties), problems);
  }

  /**
   * The record in a connector's properties.
   *
   * @throws ConfigException telling all problems at once
   */
  public O require(Map<String, String> properties) {
    var problems = new ArrayList<Problem>();
    return read(properties, problems::add)
        .orElseThrow(
            () ->
                new ConfigException(
                    problems.stream()
                        .map(problem -> problem.path() + ": " + problem.message())
                        .collect(Collectors.joining("; "))));
  }
}
