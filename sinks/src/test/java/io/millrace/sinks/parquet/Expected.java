package io.millrace.sinks.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.example.data.Group;

/** Nested values as JSON: those that were written, and those that parquet-java reads. */
final class Expected {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Expected() {}

  static JsonNode of(Field field, Object value) {
    if (value == null || value instanceof Cells.Hidden) {
      return JSON.nullNode();
    } else if (value instanceof Object[] struct) {
      ObjectNode object = JSON.objectNode();
      for (int i = 0; i < struct.length; i++) {
        Field child = field.getChildren().get(i);
        object.set(child.getName(), of(child, struct[i]));
      }
      return object;
    } else if (value instanceof List<?> list) {
      ArrayNode array = JSON.arrayNode();
      list.forEach(element -> array.add(of(field.getChildren().get(0), element)));
      return array;
    } else if (value instanceof Map<?, ?> map) {
      Field child = field.getChildren().get(0).getChildren().get(1);
      ObjectNode object = JSON.objectNode();
      map.forEach((key, v) -> object.set((String) key, of(child, v)));
      return object;
    } else if (value instanceof byte[] bytes) {
      return JSON.textNode(new String(bytes, StandardCharsets.US_ASCII));
    } else if (value instanceof Boolean bool) {
      return JSON.booleanNode(bool);
    } else if (value instanceof Double number) {
      return JSON.numberNode(number);
    } else if (value instanceof Long number) {
      return JSON.numberNode(number);
    }
    return JSON.textNode((String) value);
  }

  /** Field {@code index} of a group. */
  static JsonNode read(Group group, int index, Field field) {
    if (group.getFieldRepetitionCount(index) == 0) {
      return JSON.nullNode();
    }
    List<Field> children = field.getChildren();
    return switch (field.getType().getTypeID()) {
      case Struct -> {
        ObjectNode object = JSON.objectNode();
        Group struct = group.getGroup(index, 0);
        for (int i = 0; i < children.size(); i++) {
          object.set(children.get(i).getName(), read(struct, i, children.get(i)));
        }
        yield object;
      }
      case List, LargeList, FixedSizeList -> {
        ArrayNode array = JSON.arrayNode();
        Group list = group.getGroup(index, 0);
        for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
          array.add(read(list.getGroup(0, i), 0, children.get(0)));
        }
        yield array;
      }
      case Map -> {
        ObjectNode object = JSON.objectNode();
        Group map = group.getGroup(index, 0);
        for (int i = 0; i < map.getFieldRepetitionCount(0); i++) {
          Group entry = map.getGroup(0, i);
          Field value = children.get(0).getChildren().get(1);
          object.set(entry.getString(0, 0), read(entry, 1, value));
        }
        yield object;
      }
      case Bool -> JSON.booleanNode(group.getBoolean(index, 0));
      case Int ->
          field.getType().toString().contains("64")
              ? JSON.numberNode(group.getLong(index, 0))
              : JSON.numberNode((long) group.getInteger(index, 0));
      case FloatingPoint -> JSON.numberNode(group.getDouble(index, 0));
      default -> JSON.textNode(group.getString(index, 0));
    };
  }
}
