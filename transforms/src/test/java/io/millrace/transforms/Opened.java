package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Transforms as a pipeline's file opens them: by name, from a tree of options. */
final class Opened {
  private Opened() {}

  /** The transform of that type, or the error it is refused with. */
  static Transform transform(String type, Object columns, Schema input) {
    return withOptions(type, Map.of("columns", columns), input);
  }

  /** The transform with these options, or the error it is refused with. */
  static Transform withOptions(String type, Map<String, ?> options, Schema input) {
    TransformType<?> found =
        ServiceLoader.load(TransformType.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(t -> t.name().equals(type))
            .findFirst()
            .orElseThrow();
    return open(found, options, input);
  }

  private static <O extends Record> Transform open(
      TransformType<O> type, Map<String, ?> tree, Schema input) {
    var problems = new ArrayList<MillraceException>();
    return OptionsReader.read(
            type.options(),
            tree,
            problem ->
                problems.add(MillraceException.configuration(problem.path(), problem.message())))
        .map(options -> type.open(options, input))
        .orElseThrow(() -> problems.get(0));
  }

  /** Asserts that these options are refused for this schema. */
  static void assertRefused(String type, Object columns, Schema input, String key, String message) {
    assertOptionsRefused(type, Map.of("columns", columns), input, key, message);
  }

  /** Asserts that these options are refused for this schema. */
  static void assertOptionsRefused(
      String type, Map<String, ?> options, Schema input, String key, String message) {
    assertThatThrownBy(() -> withOptions(type, options, input))
        .hasMessage(message)
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.category()).isEqualTo(MillraceException.Category.CONFIGURATION);
              assertThat(e.key()).hasValue(key);
            });
  }

  /** The names of a schema's columns. */
  static List<String> names(Schema schema) {
    return schema.getFields().stream().map(field -> field.getName()).toList();
  }
}
