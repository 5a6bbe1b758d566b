package io.millrace.transforms;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Option;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** Leaves some columns out; the others keep their order. */
public final class DropType implements TransformType<DropType.Options> {
  /** The options of {@code type: drop}. */
  public record Options(
      @Option(value = "The columns to leave out.", example = "[store_and_fwd_flag]")
          List<String> columns) {
    public Options {
      if (columns.isEmpty()) {
        throw MillraceException.configuration(
            "columns", "Cannot drop nothing: list the columns to leave out");
      }
    }
  }

  @Override
  public String name() {
    return "drop";
  }

  @Override
  public Class<Options> options() {
    return Options.class;
  }

  @Override
  public Transform open(Options options, Schema input) {
    var columns = new ColumnNames(input);
    int dropped = columns.places("columns", options.columns()).length;
    List<String> kept = new ArrayList<>(columns.all());
    kept.removeAll(options.columns());
    if (kept.isEmpty()) {
      throw MillraceException.configuration(
          "columns", "Cannot drop all %d columns: nothing would be left".formatted(dropped));
    }
    return new Projection(input, columns.places("columns", kept), kept);
  }
}
