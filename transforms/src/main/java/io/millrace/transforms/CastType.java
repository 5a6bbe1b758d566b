package io.millrace.transforms;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Option;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformType;
import io.millrace.transforms.cast.Cast;
import io.millrace.transforms.cast.OnError;
import io.millrace.transforms.values.TypeWords;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/** Gives columns other types; a value is kept exactly, or it is an error or NULL. */
public final class CastType implements TransformType<CastType.Options> {
  /** The options of {@code type: cast}. */
  public record Options(
      @Option(
              value = "The new type of each column to cast: " + TypeWords.KNOWN + ".",
              example = "{amount: \"decimal(12,2)\", code: string}")
          Map<String, String> columns,
      @Option(
              value =
                  "What becomes of a value that does not fit its new type: the unit fails and is"
                      + " held, or NULL.",
              defaultValue = "error")
          OnError onError) {
    public Options {
      if (columns.isEmpty()) {
        throw MillraceException.configuration(
            "columns", "Cannot cast nothing: give at least one column and its new type");
      }
      columns.forEach((column, word) -> TypeWords.parse("columns." + column, word));
    }
  }

  @Override
  public String name() {
    return "cast";
  }

  @Override
  public Class<Options> options() {
    return Options.class;
  }

  @Override
  public Transform open(Options options, Schema input) {
    var names = new ColumnNames(input);
    var casts = new HashMap<Integer, Cast>();
    options
        .columns()
        .forEach(
            (column, word) -> {
              String key = "columns." + column;
              int place = names.place(key, column);
              casts.put(
                  place,
                  Cast.of(
                      key,
                      input.getFields().get(place),
                      TypeWords.parse(key, word),
                      options.onError()));
            });
    return new Casting(input, casts);
  }
}
