package io.millrace.transforms;

import io.millrace.core.Unit;
import io.millrace.core.stage.Transform;
import io.millrace.transforms.values.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The batch's columns and more behind them, each with one value for all rows. */
final class Adding implements Transform {
  /** A column to add, and its value in a unit. */
  record Column(Field field, Function<Unit, Value> value) {}

  private final List<Column> columns;
  private final Schema output;

  Adding(Schema input, List<Column> columns) {
    List<Field> fields = new ArrayList<>(input.getFields());
    columns.forEach(column -> fields.add(column.field));
    this.columns = List.copyOf(columns);
    this.output = new Schema(fields, input.getCustomMetadata());
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public VectorSchemaRoot apply(VectorSchemaRoot batch, Unit unit) {
    int rows = batch.getRowCount();
    List<FieldVector> vectors = new ArrayList<>(batch.getFieldVectors());
    BufferAllocator allocator = vectors.get(0).getAllocator();
    try {
      for (Column column : columns) {
        FieldVector added = column.field.createVector(allocator);
        vectors.add(added);
        added.setInitialCapacity(rows);
        added.allocateNew();
        Value value = column.value.apply(unit);
        for (int row = 0; row < rows; row++) {
          value.put(added, row);
        }
        added.setValueCount(rows);
      }
      return new VectorSchemaRoot(output, vectors, rows);
    } catch (RuntimeException e) {
      vectors.forEach(FieldVector::close);
      throw e;
    }
  }
}
