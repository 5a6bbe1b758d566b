package io.millrace.connect.selection;

import io.millrace.core.MillraceException;
import java.util.function.Function;

/**
 * How a source spells its tables.
 *
 * @param <N> a table's name; its text is what patterns are compared with
 * @param parser reads a name
 * @param schema the schema or database of a name
 * @param table the name without it
 * @param example a name as people write it
 */
public record TableNaming<N>(
    Parser<N> parser, Function<N, String> schema, Function<N, String> table, String example) {
  /** Reads names. */
  @FunctionalInterface
  public interface Parser<N> {
    /**
     * Reads the value of an option.
     *
     * @throws MillraceException (CONFIGURATION, key {@code option}) if it is no name
     */
    N parse(String option, String text);
  }

  N parse(String option, String text) {
    return parser.parse(option, text);
  }
}
