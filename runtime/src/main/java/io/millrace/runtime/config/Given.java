package io.millrace.runtime.config;

import io.millrace.core.MillraceException;
import io.millrace.core.options.OptionSpec;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.options.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a pipeline's file gives a stage.
 *
 * @param options the stage's options
 * @param written the options as they stand in the file, references unresolved; without {@code type}
 *     and {@code name}
 * @param resolved the same with references resolved: holds secrets
 * @param section where they stand
 */
public record Given<O extends Record>(
    O options, Map<String, Object> written, Map<String, Object> resolved, Section section) {

  public Given {
    written = Collections.unmodifiableMap(written);
    resolved = Collections.unmodifiableMap(resolved);
  }

  /**
   * The same with some options given otherwise, as if the file said so.
   *
   * @throws MillraceException (CONFIGURATION) if they do not fit
   */
  @SuppressWarnings("unchecked") // a record's class is that of its options
  public Given<O> with(Map<String, String> more) {
    Map<String, Object> changed = joined(resolved, more);
    List<Problem> problems = new ArrayList<>();
    return OptionsReader.read((Class<O>) options.getClass(), changed, problems::add)
        .map(read -> new Given<>(read, joined(written, more), changed, section))
        .orElseThrow(
            () ->
                MillraceException.configuration(
                    problems.stream()
                        .map(p -> section.finding(p.path(), p.message()).toString())
                        .collect(Collectors.joining("\n"))));
  }

  /** A single value as text, by the key of an option at the top: as given, else the default. */
  public Optional<String> text(String key) {
    return OptionSpec.of(options.getClass()).stream()
        .filter(spec -> spec.key().equals(key))
        .map(spec -> resolved.get(key) == null ? spec.defaultText() : resolved.get(key).toString())
        .filter(text -> !text.isEmpty())
        .findFirst();
  }

  private static Map<String, Object> joined(Map<String, Object> tree, Map<String, String> more) {
    var joined = new LinkedHashMap<>(tree);
    joined.putAll(more);
    return joined;
  }

  /** Shows no value: some are secrets. */
  @Override
  public String toString() {
    return section + " " + written.keySet();
  }
}
