package io.millrace.transforms;

import io.millrace.core.Unit;
import io.millrace.core.stage.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;

/** Some columns of the batch, in some order, under some names. Hands buffers on, copies none. */
final class Projection implements Transform {
  private final int[] columns;
  private final Schema output;

  /**
   * A projection of batches that have the schema {@code input}.
   *
   * @param columns for each column that comes out, the place of the one it is made of; each at most
   *     once
   * @param names for each column that comes out, its name
   */
  Projection(Schema input, int[] columns, List<String> names) {
    var fields = new ArrayList<Field>();
    for (int i = 0; i < columns.length; i++) {
      Field field = input.getFields().get(columns[i]);
      fields.add(new Field(names.get(i), field.getFieldType(), field.getChildren()));
    }
    Map<String, String> metadata = input.getCustomMetadata();
    this.columns = columns.clone();
    this.output = new Schema(fields, metadata);
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public VectorSchemaRoot apply(VectorSchemaRoot batch, Unit unit) {
    var taken = new ArrayList<FieldVector>();
    try (batch) {
      for (int i = 0; i < columns.length; i++) {
        taken.add(take(batch.getVector(columns[i]), output.getFields().get(i)));
      }
      return new VectorSchemaRoot(output, taken, batch.getRowCount());
    } catch (RuntimeException e) {
      taken.forEach(FieldVector::close);
      throw e;
    }
  }

  /** The vector's values in a vector of this field; the old one is empty then. */
  private static FieldVector take(FieldVector vector, Field field) {
    TransferPair pair = vector.getTransferPair(field, vector.getAllocator());
    pair.transfer();
    return (FieldVector) pair.getTo();
  }
}
