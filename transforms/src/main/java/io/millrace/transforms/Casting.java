package io.millrace.transforms;

import io.millrace.core.Unit;
import io.millrace.core.stage.Transform;
import io.millrace.transforms.cast.Cast;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The same columns, some of them cast; the others' buffers are handed on. */
final class Casting implements Transform {
  private final Map<Integer, Cast> casts;
  private final Schema output;

  /** Casts of batches of the schema {@code input}, by the places of their columns. */
  Casting(Schema input, Map<Integer, Cast> casts) {
    List<Field> fields = new ArrayList<>(input.getFields());
    casts.forEach((place, cast) -> fields.set(place, cast.output()));
    this.casts = Map.copyOf(casts);
    this.output = new Schema(fields, input.getCustomMetadata());
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public VectorSchemaRoot apply(VectorSchemaRoot batch, Unit unit) {
    List<FieldVector> vectors = new ArrayList<>(batch.getFieldVectors());
    try {
      for (int i = 0; i < vectors.size(); i++) {
        Cast cast = casts.get(i);
        if (cast != null) {
          vectors.set(i, cast.apply(vectors.get(i), batch.getRowCount()));
        }
      }
      return new VectorSchemaRoot(output, vectors, batch.getRowCount());
    } catch (RuntimeException e) {
      vectors.forEach(FieldVector::close);
      throw e;
    }
  }
}
