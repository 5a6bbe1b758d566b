package io.millrace.sinks.parquet;

import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The Arrow schema in a file's footer, by which Arrow readers get back what Parquet types do not
 * say: time zones, durations, extension types, widths of offsets. Intervals are the groups that
 * they are in the file, since arrow-rs refuses files whose Arrow schema has another shape.
 */
final class StoredSchema {
  /** Where Arrow's own implementations keep it. */
  static final String KEY = "ARROW:schema";

  private StoredSchema() {}

  /** An IPC schema message in base64, the same for equal schemas. */
  static String of(Schema schema) {
    List<Field> fields = schema.getFields().stream().map(StoredSchema::stored).toList();
    var stored = new Schema(fields, new TreeMap<>(schema.getCustomMetadata()));
    return Base64.getEncoder().encodeToString(stored.serializeAsMessage());
  }

  /** With the metadata in one order, among it the name of an extension whose class is there. */
  private static Field stored(Field field) {
    ArrowType type = Shape.storage(field);
    List<Field> children = field.getChildren().stream().map(StoredSchema::stored).toList();
    if (type instanceof ArrowType.Interval) {
      type = new ArrowType.Struct();
      children = List.of(part("months", 32), part("days", 32), part("nanoseconds", 64));
    }
    var metadata = new TreeMap<>(field.getMetadata());
    return new Field(
        field.getName(), new FieldType(field.isNullable(), type, null, metadata), children);
  }

  private static Field part(String name, int bits) {
    return new Field(name, FieldType.notNullable(new ArrowType.Int(bits, true)), List.of());
  }
}
