package io.millrace.transforms;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Option;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformType;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** Keeps some columns, in the order they are listed. */
public final class SelectType implements TransformType<SelectType.Options> {
  /** The options of {@code type: select}. */
  public record Options(
      @Option(
              value = "The columns to keep, in the order they shall have.",
              example = "[trip_id, pickup_at]")
          List<String> columns) {
    public Options {
      if (columns.isEmpty()) {
        throw MillraceException.configuration(
            "columns", "Cannot select nothing: list the columns to keep");
      }
    }
  }

  @Override
  public String name() {
    return "select";
  }

  @Override
  public Class<Options> options() {
    return Options.class;
  }

  @Override
  public Transform open(Options options, Schema input) {
    int[] kept = new ColumnNames(input).places("columns", options.columns());
    return new Projection(input, kept, options.columns());
  }
}
