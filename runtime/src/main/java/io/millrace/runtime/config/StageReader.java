package io.millrace.runtime.config;

import io.millrace.core.options.NearestWord;
import io.millrace.core.options.OptionSpec;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.stage.StageType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the types that a file names, and makes their options. */
final class StageReader {
  static final String TYPE = "type";

  private final References references;
  private final Findings findings;

  StageReader(References references, Findings findings) {
    this.references = references;
    this.findings = findings;
  }

  /**
   * A stage whose type is known.
   *
   * @param type the type
   * @param path where it stands
   * @param tree its options, without {@code type}
   */
  record Stage<T>(T type, String path, Map<String, Object> tree) {
    /** Takes out a value that is not the type's own. */
    Object take(String key) {
      return tree.remove(key);
    }

    /** The path of one of its keys. */
    String at(String key) {
      return Section.join(path, key);
    }
  }

  /** The stages of a list; {@code what} is the word for one of them. */
  <T extends StageType<?>> List<Stage<T>> list(
      String what, Object tree, String path, Map<String, T> known) {
    var stages = new ArrayList<Stage<T>>();
    if (tree instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        one(what, list.get(i), Section.join(path, Integer.toString(i)), known)
            .ifPresent(stages::add);
      }
    } else if (tree != null) {
      findings.report(
          path, "Expected a list of %ss, each beginning with \"- type:\"".formatted(what));
    }
    return stages;
  }

  /** One stage, if its type is known. */
  <T extends StageType<?>> Optional<Stage<T>> one(
      String what, Object tree, String path, Map<String, T> known) {
    if (!(tree instanceof Map<?, ?> map)) {
      findings.report(path, "Expected a %s: its type, and the options of it".formatted(what));
      return Optional.empty();
    }
    var options = new LinkedHashMap<String, Object>();
    map.forEach((key, value) -> options.put(String.valueOf(key), value));
    Object word = options.remove(TYPE);
    String place = Section.join(path, TYPE);
    if (word == null) {
      findings.report(
          place,
          "Missing: what kind of %s; known are %s"
              .formatted(what, String.join(", ", known.keySet())));
      return Optional.empty();
    }
    T type = known.get(String.valueOf(word));
    if (type == null) {
      findings.report(
          place, NearestWord.unknown(what + " type", String.valueOf(word), known.keySet()));
      return Optional.empty();
    }
    return Optional.of(new Stage<>(type, path, options));
  }

  /** The options of a stage, if they are good. */
  <O extends Record> Optional<Given<O>> given(StageType<O> type, Stage<?> stage) {
    return given(type.options(), stage.tree, stage.path);
  }

  /** The options that stand at a path, if they are good. */
  <O extends Record> Optional<Given<O>> given(
      Class<O> type, Map<String, Object> written, String path) {
    new LiteralSecrets(findings).find(OptionSpec.of(type), written, path);
    Map<String, Object> resolved = references.resolve(written, path, findings);
    return OptionsReader.read(type, resolved, findings.below(path))
        .map(options -> new Given<>(options, written, resolved, findings.file().below(path)));
  }
}
