package io.millrace.sinks.files;

import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** Parquet types on one line, in the words of Parquet's own schema language. */
final class TypeNames {
  private TypeNames() {}

  /**
   * A type such as {@code int32 (DATE)} or {@code group (LIST) {repeated group list {optional int64
   * element}}}.
   */
  static String of(Type type) {
    String name = type instanceof PrimitiveType primitive ? physical(primitive) : "group";
    String annotated =
        type.getLogicalTypeAnnotation() == null
            ? name
            : name + " (" + type.getLogicalTypeAnnotation() + ")";
    return type instanceof GroupType group
        ? annotated
            + group.getFields().stream()
                .map(field -> word(field.getRepetition()) + " " + named(field))
                .collect(Collectors.joining("; ", " {", "}"))
        : annotated;
  }

  /** With the name where Parquet has it: behind the physical type. */
  private static String named(Type field) {
    String type = of(field);
    int end = type.indexOf(' ');
    return end < 0
        ? type + " " + field.getName()
        : type.substring(0, end) + " " + field.getName() + type.substring(end);
  }

  private static String physical(PrimitiveType type) {
    String name = word(type.getPrimitiveTypeName());
    return type.getTypeLength() > 0 ? name + "[" + type.getTypeLength() + "]" : name;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
