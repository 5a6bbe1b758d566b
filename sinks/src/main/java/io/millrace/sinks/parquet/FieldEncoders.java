package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;

/** Makes the encoders of a file's fields. Columns are taken from its schema in their order. */
final class FieldEncoders {
  private final ParquetOptions options;
  private final PageLimits limits;
  private final Iterator<ColumnDescriptor> columns;

  FieldEncoders(MessageType schema, ParquetOptions options) {
    this.options = options;
    this.limits = PageLimits.of(options, schema.getColumns().size());
    this.columns = schema.getColumns().iterator();
  }

  List<FieldEncoder> of(List<Shape> shapes) {
    List<FieldEncoder> encoders = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      Shape shape = shapes.get(i);
      if (shape instanceof Shape.Leaf leaf) {
        encoders.add(flat(i, shape, leaf.type()));
      } else if (shape instanceof Shape.Parts parts) {
        for (Shape.Part part : parts.parts()) {
          encoders.add(flat(i, shape, part.type()));
        }
      } else {
        List<NestedColumn> below = new ArrayList<>();
        NestedNode root = node(shape, 1, below);
        encoders.add(new NestedField(i, root, below));
      }
    }
    return encoders;
  }

  private FlatColumn flat(int index, Shape shape, ColumnType type) {
    return new FlatColumn(index, shape.path(), pages(columns.next(), type), shape.isNullable());
  }

  private ColumnPages pages(ColumnDescriptor column, ColumnType type) {
    return new ColumnPages(column, type.values().apply(limits), options);
  }

  /**
   * Makes a node and those below it.
   *
   * @param level of the next list's repetition
   * @param below takes the columns, in their order
   */
  private NestedNode node(Shape shape, boolean nullable, int level, List<NestedColumn> below) {
    if (shape instanceof Shape.Leaf leaf) {
      return column(shape, leaf.type(), nullable, below);
    } else if (shape instanceof Shape.Parts parts) {
      return new NestedNode.Parts(
          parts.parts().stream().map(part -> column(shape, part.type(), nullable, below)).toList());
    } else if (shape instanceof Shape.Struct struct) {
      return new NestedNode.Group(
          new Presence(shape.path(), nullable),
          struct.children().stream().map(child -> node(child, level, below)).toList());
    } else if (shape instanceof Shape.ListOf list) {
      return repeated(shape, nullable, level, node(list.element(), level + 1, below));
    }
    var map = (Shape.MapOf) shape;
    NestedNode key = node(map.key(), false, level + 1, below);
    NestedNode value = node(map.value(), level + 1, below);
    var entries = new NestedNode.Group(new Presence(shape.path(), false), List.of(key, value));
    return repeated(shape, nullable, level, entries);
  }

  private NestedNode node(Shape shape, int level, List<NestedColumn> below) {
    return node(shape, shape.isNullable(), level, below);
  }

  private static NestedNode repeated(Shape shape, boolean nullable, int level, NestedNode element) {
    return new NestedNode.Repeated(
        new Presence(shape.path(), nullable),
        Extents.of(Shape.storage(shape.field())),
        level,
        element);
  }

  private NestedColumn column(
      Shape shape, ColumnType type, boolean nullable, List<NestedColumn> below) {
    ColumnDescriptor column = columns.next();
    if (column.getMaxDefinitionLevel() > Byte.MAX_VALUE) {
      throw MillraceException.data(
          "Cannot write column \"%s\": it is nested %d levels deep where %d are the most"
              .formatted(shape.path(), column.getMaxDefinitionLevel(), Byte.MAX_VALUE));
    }
    var made = new NestedColumn(new Presence(shape.path(), nullable), column, pages(column, type));
    below.add(made);
    return made;
  }
}
