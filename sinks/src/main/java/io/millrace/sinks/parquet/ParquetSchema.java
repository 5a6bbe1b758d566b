package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** Arrow schemas as Parquet schemas, with the logical types that readers look for. */
public final class ParquetSchema {
  private int lastId;

  private ParquetSchema() {}

  /**
   * The schema a file of these columns gets: nullable fields optional, others required, each field
   * with an id, counted depth first from 1. The repeated groups that Parquet puts inside lists and
   * maps are no fields and have none.
   *
   * @throws MillraceException if there is no column, a name occurs twice, or a type has no Parquet
   *     form; the message names the field
   */
  public static MessageType of(Schema schema) {
    return of(shapes(schema));
  }

  /** The shapes of a schema's columns, in their order. */
  static List<Shape> shapes(Schema schema) {
    List<Field> fields = schema.getFields();
    if (fields.isEmpty()) {
      throw MillraceException.data("Cannot write a Parquet file without columns");
    }
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (!names.add(field.getName())) {
        throw MillraceException.data(
            "Cannot write two columns named \"%s\": rename one of them".formatted(field.getName()));
      }
    }
    return fields.stream().map(Shape::of).toList();
  }

  static MessageType of(List<Shape> shapes) {
    var ids = new ParquetSchema();
    Types.MessageTypeBuilder message = Types.buildMessage();
    for (Shape shape : shapes) {
      message.addField(ids.type(shape, shape.field().getName(), repetition(shape)));
    }
    return message.named("schema");
  }

  private Type type(Shape shape, String name, Repetition repetition) {
    int id = ++lastId;
    if (shape instanceof Shape.Leaf leaf) {
      return column(leaf.type(), repetition, name, id);
    } else if (shape instanceof Shape.Parts parts) {
      Types.GroupBuilder<GroupType> group = Types.buildGroup(repetition);
      for (Shape.Part part : parts.parts()) {
        group.addField(column(part.type(), Repetition.REQUIRED, part.name(), ++lastId));
      }
      return group.id(id).named(name);
    } else if (shape instanceof Shape.Struct struct) {
      Types.GroupBuilder<GroupType> group = Types.buildGroup(repetition);
      for (Shape child : struct.children()) {
        group.addField(type(child, child.field().getName(), repetition(child)));
      }
      return group.id(id).named(name);
    } else if (shape instanceof Shape.ListOf list) {
      Type element = type(list.element(), "element", repetition(list.element()));
      return Types.buildGroup(repetition)
          .as(LogicalTypeAnnotation.listType())
          .id(id)
          .addField(new GroupType(Repetition.REPEATED, "list", element))
          .named(name);
    }
    var map = (Shape.MapOf) shape;
    Type key = type(map.key(), "key", Repetition.REQUIRED);
    Type value = type(map.value(), "value", repetition(map.value()));
    return Types.buildGroup(repetition)
        .as(LogicalTypeAnnotation.mapType())
        .id(id)
        .addField(new GroupType(Repetition.REPEATED, "key_value", key, value))
        .named(name);
  }

  private static Repetition repetition(Shape shape) {
    return shape.isNullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
  }

  /**
   * parquet-java 1.18 would order floating point by IEEE 754, said in the footer in a way that
   * older readers refuse together with the whole file (Polars 1.41: pola-rs/polars#27893).
   */
  private static PrimitiveType column(ColumnType type, Repetition repetition, String name, int id) {
    return Types.primitive(type.physical(), repetition)
        .length(type.length())
        .as(type.logical())
        .columnOrder(ColumnOrder.typeDefined())
        .id(id)
        .named(name);
  }
}
