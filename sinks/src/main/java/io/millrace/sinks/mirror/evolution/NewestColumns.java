package io.millrace.sinks.mirror.evolution;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/**
 * Rows of some version in the newest schema.
 *
 * @param columns all of them, in the newest schema's order
 * @param made those of them that are closed with this object; the others are borrowed
 */
public record NewestColumns(List<FieldVector> columns, List<FieldVector> made)
    implements AutoCloseable {
  public NewestColumns {
    columns = List.copyOf(columns);
    made = List.copyOf(made);
  }

  @Override
  public void close() {
    made.forEach(FieldVector::close);
  }
}
