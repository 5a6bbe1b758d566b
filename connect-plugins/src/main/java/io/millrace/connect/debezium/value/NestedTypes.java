package io.millrace.connect.debezium.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Lists and structs of other types. */
final class NestedTypes {
  private static final Set<String> STRUCTS =
      Set.of(
          "io.debezium.data.geometry.Geometry",
          "io.debezium.data.geometry.Geography",
          "io.debezium.data.geometry.Point");

  private static final Set<String> LISTS =
      Set.of("io.debezium.data.FloatVector", "io.debezium.data.DoubleVector");

  private final ValueTypes types;

  NestedTypes(ValueTypes types) {
    this.types = types;
  }

  Optional<ValueType> find(Schema schema) {
    boolean unnamed = schema.name() == null;
    if (schema.type() == Schema.Type.ARRAY && (unnamed || LISTS.contains(schema.name()))) {
      return types.find(schema.valueSchema()).map(element -> list(element, schema.valueSchema()));
    }
    if (schema.type() == Schema.Type.STRUCT && (unnamed || STRUCTS.contains(schema.name()))) {
      return struct(schema);
    }
    return Optional.empty();
  }

  private static ValueType list(ValueType element, Schema elements) {
    Field inner = element.field(ListVector.DATA_VECTOR_NAME, ValueTypes.sourceName(elements));
    return ValueType.nested(
        ArrowType.List.INSTANCE,
        List.of(inner),
        vector -> {
          var list = (ListVector) vector;
          ValueWriter writer = element.opener().open(list.getDataVector());
          return (row, value) -> write(list, writer, row, (List<?>) value);
        });
  }

  private static long write(ListVector list, ValueWriter writer, int row, List<?> values) {
    int at = list.startNewValue(row);
    long bytes = Integer.BYTES;
    for (Object value : values) {
      bytes += writeOrNull(list.getDataVector(), writer, at++, value);
    }
    list.endValue(row, values.size());
    return bytes;
  }

  static long writeOrNull(FieldVector vector, ValueWriter writer, int row, Object value) {
    if (value == null) {
      vector.setNull(row);
      return 1;
    }
    return writer.write(row, value);
  }

  private Optional<ValueType> struct(Schema schema) {
    var inner = new ArrayList<ValueType>();
    var children = new ArrayList<Field>();
    for (var field : schema.fields()) {
      Optional<ValueType> type = types.find(field.schema());
      if (type.isEmpty()) {
        return Optional.empty();
      }
      inner.add(type.get());
      children.add(type.get().field(field.name(), ValueTypes.sourceName(field.schema())));
    }
    return Optional.of(
        ValueType.nested(
            ArrowType.Struct.INSTANCE, children, vector -> struct((StructVector) vector, inner)));
  }

  private static ValueWriter struct(StructVector vector, List<ValueType> inner) {
    List<FieldVector> children = vector.getChildrenFromFields();
    var writers = new ArrayList<ValueWriter>();
    for (int i = 0; i < children.size(); i++) {
      writers.add(inner.get(i).opener().open(children.get(i)));
    }
    return (row, value) -> {
      var struct = (Struct) value;
      long bytes = 1;
      for (int i = 0; i < children.size(); i++) {
        Object field = struct.getWithoutDefault(children.get(i).getName());
        bytes += writeOrNull(children.get(i), writers.get(i), row, field);
      }
      vector.setIndexDefined(row);
      return bytes;
    };
  }
}
