package io.millrace.transforms;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Option;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Schema;

/** Gives columns other names; the others keep theirs, and all their places. */
public final class RenameType implements TransformType<RenameType.Options> {
  /** The options of {@code type: rename}. */
  public record Options(
      @Option(
              value = "The new name of each column to rename, under its old one.",
              example = "{pu_location_id: pickup_zone}")
          Map<String, String> columns) {
    public Options {
      if (columns.isEmpty()) {
        throw MillraceException.configuration(
            "columns", "Cannot rename nothing: give at least one old name and its new one");
      }
      columns.forEach(
          (from, to) -> {
            if (to.isBlank()) {
              throw MillraceException.configuration(
                  "columns." + from, "Cannot rename \"%s\" to an empty name".formatted(from));
            }
          });
    }
  }

  @Override
  public String name() {
    return "rename";
  }

  @Override
  public Class<Options> options() {
    return Options.class;
  }

  @Override
  public Transform open(Options options, Schema input) {
    var columns = new ColumnNames(input);
    options.columns().keySet().forEach(old -> columns.place("columns." + old, old));
    List<String> names = new ArrayList<>(columns.all());
    names.replaceAll(name -> options.columns().getOrDefault(name, name));
    options.columns().forEach((from, to) -> requireSingle(names, from, to));
    return new Projection(input, IntStream.range(0, names.size()).toArray(), names);
  }

  private static void requireSingle(List<String> names, String from, String to) {
    if (names.indexOf(to) != names.lastIndexOf(to)) {
      throw MillraceException.configuration(
          "columns." + from,
          "Cannot rename \"%s\" to \"%s\": another column has that name then".formatted(from, to));
    }
  }
}
