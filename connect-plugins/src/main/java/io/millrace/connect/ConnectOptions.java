package io.millrace.connect;

import io.millrace.core.options.FileText;
import io.millrace.core.options.FlatOptions;
import io.millrace.core.options.OptionSpec;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.options.Problem;
import java.util.ArrayList;
import java.util.HashMap;
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
  private final String prefix;

  /** Options that every such connector has. */
  public ConnectOptions(Class<O> type) {
    this(type, "");
  }

  /**
   * Options that a connector may have or not: those of a group of its own.
   *
   * @param prefix what their keys begin with, e.g. {@code run.}
   */
  public ConnectOptions(Class<O> type, String prefix) {
    this.type = type;
    this.specs = OptionSpec.of(type);
    this.prefix = prefix;
  }

  /**
   * Adds a key for every option, with its documentation and default; maps have no keys to add. The
   * keys of a group that may be left out have no defaults: they hold only if the group is there.
   */
  public ConfigDef define(ConfigDef definition) {
    define(definition, specs, prefix);
    return definition;
  }

  private void define(ConfigDef definition, List<OptionSpec> options, String path) {
    for (OptionSpec spec : options) {
      String key = path + spec.key();
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

  private Object defaultValue(OptionSpec spec) {
    if (mayBeLeftOut()) {
      return null;
    }
    if (spec.required()) {
      return ConfigDef.NO_DEFAULT_VALUE;
    }
    return spec.defaultText().isEmpty() ? null : spec.defaultText();
  }

  private boolean mayBeLeftOut() {
    return !prefix.isEmpty();
  }

  /**
   * The record in a connector's properties, or nothing if any problem was reported, or no property
   * begins with the prefix.
   */
  public Optional<O> read(Map<String, String> properties, Consumer<Problem> problems) {
    var ours = new HashMap<String, String>();
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            ours.put(key.substring(prefix.length()), value == null ? null : FileText.value(value));
          }
        });
    if (mayBeLeftOut() && ours.isEmpty()) {
      return Optional.empty();
    }
    return OptionsReader.read(
        type,
        FlatOptions.unflatten(specs, ours),
        problem -> problems.accept(new Problem(prefix + problem.path(), problem.message())));
  }

  /**
   * The record in a connector's properties, or nothing if no property begins with the prefix.
   *
   * @throws ConfigException telling all problems at once
   */
  public Optional<O> find(Map<String, String> properties) {
    var problems = new ArrayList<Problem>();
    Optional<O> read = read(properties, problems::add);
    if (!problems.isEmpty()) {
      throw new ConfigException(
          problems.stream()
              .map(problem -> problem.path() + ": " + problem.message())
              .collect(Collectors.joining("; ")));
    }
    return read;
  }

  /**
   * The record in a connector's properties.
   *
   * @throws ConfigException telling all problems at once
   */
  public O require(Map<String, String> properties) {
    return find(properties)
        .orElseThrow(() -> new ConfigException("Missing: properties that begin with " + prefix));
  }
}
