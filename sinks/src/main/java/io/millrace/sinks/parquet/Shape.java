package io.millrace.sinks.parquet;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import io.millrace.core.MillraceException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.Field;

/** What an Arrow field becomes in a file: a tree whose leaves are columns. */
sealed interface Shape {
  /** The Arrow field. */
  Field field();

  /** Names of the fields down to this one, joined by dots; for errors. */
  String path();

  /** Whether there may be nulls; a column that never has a value cannot require one. */
  default boolean isNullable() {
    return field().isNullable() || storage(field()) instanceof ArrowType.Null;
  }

  /** One column. */
  record Leaf(Field field, String path, ColumnType type) implements Shape {}

  /** A group of columns that are all made of the same values: the parts of an interval. */
  record Parts(Field field, String path, List<Part> parts) implements Shape {}

  /** One of several columns made of the same values. */
  record Part(String name, ColumnType type) {}

  /** A group. */
  record Struct(Field field, String path, List<Shape> children) implements Shape {}

  /** A list of any kind. */
  record ListOf(Field field, String path, Shape element) implements Shape {}

  /** A map, which Arrow has as a list of structs of a key and a value. */
  record MapOf(Field field, String path, Shape key, Shape value) implements Shape {}

  /**
   * The shape of a column of a table.
   *
   * @throws MillraceException if it or a field below it has no Parquet form; the message names it
   */
  static Shape of(Field field) {
    return of(field, field.getName());
  }

  /** The Arrow type whose vectors a field has. */
  static ArrowType storage(Field field) {
    return field.getType() instanceof ExtensionType e ? e.storageType() : field.getType();
  }

  private static Shape of(Field field, String path) {
    if (field.getDictionary() != null) {
      throw MillraceException.data(
          "Cannot write column \"%s\": it is dictionary-encoded, which batches from a topic never are;"
                  .formatted(path)
              + " a transform has to hand on the values, Parquet makes dictionaries of its own");
    }
    ArrowType type = storage(field);
    return switch (type.getTypeID()) {
      case Struct -> new Struct(field, path, children(field, path));
      case List, LargeList, FixedSizeList ->
          new ListOf(field, path, of(child(field, path, 1, 0), path + ".element"));
      case Map -> {
        Field entry = child(field, path, 1, 0);
        yield new MapOf(
            field,
            path,
            of(child(entry, path, 2, 0), path + ".key"),
            of(child(entry, path, 2, 1), path + ".value"));
      }
      case Interval -> new Parts(field, path, parts((ArrowType.Interval) type));
      default -> new Leaf(field, path, ColumnType.of(field, path));
    };
  }

  private static List<Shape> children(Field field, String path) {
    if (field.getChildren().isEmpty()) {
      throw MillraceException.data(
          "Cannot write column \"%s\": Parquet has no struct without fields; leave it out"
              .formatted(path));
    }
    Set<String> names = new HashSet<>();
    List<Shape> children = new ArrayList<>();
    for (Field child : field.getChildren()) {
      requireNew(names, child.getName(), path);
      children.add(of(child, path + "." + child.getName()));
    }
    return children;
  }

  private static void requireNew(Set<String> names, String name, String path) {
    if (!names.add(name)) {
      throw MillraceException.data(
          "Cannot write column \"%s\": two of its fields are named \"%s\"; rename one of them"
              .formatted(path, name));
    }
  }

  private static Field child(Field field, String path, int count, int index) {
    if (field.getChildren().size() != count) {
      throw MillraceException.data(
          "Cannot write column \"%s\": %s has %d fields below it where %d are expected"
              .formatted(path, field.getType(), field.getChildren().size(), count));
    }
    return field.getChildren().get(index);
  }

  /** Parquet's own INTERVAL has milliseconds without a sign. */
  private static List<Part> parts(ArrowType.Interval type) {
    ColumnType noInt = ColumnType.part(INT32, 4, Conversion.zero(Integer.BYTES));
    ColumnType noLong = ColumnType.part(INT64, 4, Conversion.zero(Long.BYTES));
    return switch (type.getUnit()) {
      case YEAR_MONTH ->
          parts(ColumnType.part(INT32, 4, Conversion.same(Integer.BYTES)), noInt, noLong);
      case DAY_TIME ->
          parts(
              ColumnType.part(INT32, 8, Conversion.zero(Integer.BYTES)),
              ColumnType.part(INT32, 8, Conversion.intAt(0, 8)),
              ColumnType.part(INT64, 8, Conversion::dayTimeToNanos));
      case MONTH_DAY_NANO ->
          parts(
              ColumnType.part(INT32, 16, Conversion.intAt(0, 16)),
              ColumnType.part(INT32, 16, Conversion.intAt(4, 16)),
              ColumnType.part(INT64, 16, Conversion.longAt(8, 16)));
    };
  }

  private static List<Part> parts(ColumnType months, ColumnType days, ColumnType nanoseconds) {
    return List.of(
        new Part("months", months), new Part("days", days), new Part("nanoseconds", nanoseconds));
  }
}
