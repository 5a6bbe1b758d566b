package io.millrace.transforms;

import io.millrace.core.options.Option;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformType;
import io.millrace.transforms.filter.Filter;
import org.apache.arrow.vector.types.pojo.Schema;

/** Keeps the rows for which a condition is true. */
public final class FilterType implements TransformType<FilterType.Options> {
  /** The options of {@code type: filter}. */
  public record Options(
      @Option(
              value =
                  "Which rows to keep: comparisons of a column with a constant (`=`, `!=`, `<`,"
                      + " `<=`, `>`, `>=`, `in (...)`, `is null`, `is not null`) joined by `and`,"
                      + " `or`, `not` and brackets, as in SQL: a comparison with NULL is unknown,"
                      + " and such a row is left out.",
              example = "amount > 10 and status in ('paid', 'sent')")
          String where) {
    public Options {
      Filter.requireReadable("where", where);
    }
  }

  @Override
  public String name() {
    return "filter";
  }

  @Override
  public Class<Options> options() {
    return Options.class;
  }

  @Override
  public Transform open(Options options, Schema input) {
    return Filter.of("where", options.where(), input);
  }
}
