package io.millrace.sinks.parquet;

import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/** Sets single nested values: arrays are structs, lists lists and maps maps. */
final class NestedCells {
  private NestedCells() {}

  static void set(FieldVector vector, int row, Object value) {
    if (vector instanceof StructVector struct) {
      setStruct(struct, row, (Object[]) value);
    } else if (vector instanceof MapVector map) {
      setMap(map, row, (Map<?, ?>) value);
    } else {
      setList(vector, row, (List<?>) value);
    }
  }

  private static void setStruct(StructVector struct, int row, Object[] values) {
    struct.setIndexDefined(row);
    for (int i = 0; i < values.length; i++) {
      Cells.set(struct.getChildrenFromFields().get(i), row, values[i]);
    }
  }

  private static void setMap(MapVector map, int row, Map<?, ?> value) {
    int at = map.startNewValue(row);
    for (Map.Entry<?, ?> entry : value.entrySet()) {
      Object[] pair = {entry.getKey(), entry.getValue()};
      setStruct((StructVector) map.getDataVector(), at++, pair);
    }
    map.endValue(row, value.size());
  }

  private static void setList(FieldVector vector, int row, List<?> elements) {
    FieldVector data = vector.getChildrenFromFields().get(0);
    int at;
    if (vector instanceof ListVector list) {
      at = list.startNewValue(row);
    } else if (vector instanceof LargeListVector list) {
      at = Math.toIntExact(list.startNewValue(row));
    } else {
      at = ((FixedSizeListVector) vector).startNewValue(row);
    }
    for (Object element : elements) {
      Cells.set(data, at++, element);
    }
    if (vector instanceof ListVector list) {
      list.endValue(row, elements.size());
    } else if (vector instanceof LargeListVector list) {
      list.endValue(row, elements.size());
    }
  }
}
