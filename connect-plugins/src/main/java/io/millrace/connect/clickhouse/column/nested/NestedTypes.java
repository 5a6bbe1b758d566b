package io.millrace.connect.clickhouse.column.nested;

import io.millrace.connect.clickhouse.column.read.ValueReader;
import io.millrace.connect.clickhouse.column.read.ValueType;
import io.millrace.connect.clickhouse.type.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Arrays, maps, tuples, shapes, and nothing. */
public final class NestedTypes {
  private static final DataType COORDINATE = new DataType("Float64", List.of());

  private final Function<DataType, ValueType> types;
  private final Function<DataType, ValueType> keys;

  /**
   * A table that finds what is inside in the one of all types.
   *
   * @param keys the one for the keys of maps, which are never NULL
   */
  public NestedTypes(Function<DataType, ValueType> types, Function<DataType, ValueType> keys) {
    this.types = types;
    this.keys = keys;
  }

  /** A field of a tuple. */
  private record Part(String name, ValueType type) {
    Field field() {
      return type.field(name);
    }
  }

  /** Chooses for a type; nothing if it is none of these. */
  public Optional<ValueType> find(DataType type) {
    return Optional.ofNullable(
        switch (type.name()) {
          case "Array" -> array(type);
          case "Map" -> map(type);
          case "Tuple" -> tuple(type);
          case "Nested" -> nested(type);
          case "Nothing" -> nothing(type);
          case "Point" -> point();
          case "Ring", "LineString" -> list(type, point());
          case "Polygon", "MultiLineString" -> list(type, of("Ring"));
          case "MultiPolygon" -> list(type, of("Polygon"));
          default -> null;
        });
  }

  private ValueType of(String name) {
    return types.apply(new DataType(name, List.of()));
  }

  private ValueType array(DataType type) {
    return type.arguments().size() == 1 && type.arguments().get(0) instanceof DataType.Inner inner
        ? list(type, types.apply(inner.type()))
        : null;
  }

  private static ValueType list(DataType type, ValueType element) {
    return ValueType.nested(
        type.toString(),
        ArrowType.List.INSTANCE,
        List.of(element.field(ListVector.DATA_VECTOR_NAME)),
        vector -> new ListReader(vector, element.opener().open(elements(vector))));
  }

  private static FieldVector elements(FieldVector list) {
    return ((ListVector) list).getDataVector();
  }

  private ValueType map(DataType type) {
    if (type.arguments().size() != 2
        || !(type.arguments().get(0) instanceof DataType.Inner key)
        || !(type.arguments().get(1) instanceof DataType.Inner value)) {
      return null;
    }
    List<Part> parts =
        List.of(
            new Part(MapVector.KEY_NAME, keys.apply(key.type())),
            new Part(MapVector.VALUE_NAME, types.apply(value.type())));
    var entries =
        new Field(
            MapVector.DATA_VECTOR_NAME,
            FieldType.notNullable(ArrowType.Struct.INSTANCE),
            parts.stream().map(Part::field).toList());
    return ValueType.nested(
        type.toString(),
        new ArrowType.Map(/* keysSorted= */ false),
        List.of(entries),
        vector -> new ListReader(vector, open(elements(vector), parts)));
  }

  private ValueType tuple(DataType type) {
    if (type.arguments().isEmpty()) {
      return nothing(type);
    }
    var parts = new ArrayList<Part>();
    for (DataType.Argument argument : type.arguments()) {
      if (!(argument instanceof DataType.Inner inner)) {
        return null;
      }
      String name = inner.label().isEmpty() ? Integer.toString(parts.size() + 1) : inner.label();
      parts.add(new Part(name, types.apply(inner.type())));
    }
    return struct(type, parts);
  }

  private ValueType nested(DataType type) {
    ValueType tuple = tuple(new DataType("Tuple", type.arguments()));
    return tuple == null || type.arguments().isEmpty() ? null : list(type, tuple);
  }

  private ValueType point() {
    ValueType coordinate = types.apply(COORDINATE);
    return struct(
        new DataType("Point", List.of()),
        List.of(new Part("x", coordinate), new Part("y", coordinate)));
  }

  private static ValueType struct(DataType type, List<Part> parts) {
    List<Part> fixed = List.copyOf(parts);
    return ValueType.nested(
        type.toString(),
        ArrowType.Struct.INSTANCE,
        fixed.stream().map(Part::field).toList(),
        vector -> open(vector, fixed));
  }

  private static StructReader open(FieldVector struct, List<Part> parts) {
    List<FieldVector> vectors = struct.getChildrenFromFields();
    var readers = new ArrayList<ValueReader>();
    for (int i = 0; i < parts.size(); i++) {
      readers.add(parts.get(i).type().opener().open(vectors.get(i)));
    }
    return new StructReader(struct, readers);
  }

  /** Arrow's null type has no values but NULL. */
  private static ValueType nothing(DataType type) {
    return ValueType.flat(type.toString(), ArrowType.Null.INSTANCE, NothingReader::new)
        .nullable(type.toString(), reader -> reader);
  }
}
