package io.millrace.connect.debezium.value;

import io.millrace.core.stage.SourceTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * What becomes of a Connect schema's values; every one of them may be NULL.
 *
 * @param arrow their Arrow type
 * @param extension metadata that names Arrow's extension type, if it is one
 * @param children the fields within
 * @param opener makes what writes them
 */
public record ValueType(
    ArrowType arrow, Map<String, String> extension, List<Field> children, Opener opener) {

  /** Makes a writer into a vector. */
  @FunctionalInterface
  public interface Opener {
    /** Makes it; the vector is one of {@link #field}. */
    ValueWriter open(FieldVector vector);
  }

  static ValueType flat(ArrowType arrow, Opener opener) {
    return new ValueType(arrow, Map.of(), List.of(), opener);
  }

  static ValueType nested(ArrowType arrow, List<Field> children, Opener opener) {
    return new ValueType(arrow, Map.of(), children, opener);
  }

  /** The same, with Arrow's name of an extension type. */
  ValueType withExtension(String name) {
    return new ValueType(
        arrow,
        Map.of("ARROW:extension:name", name, "ARROW:extension:metadata", ""),
        children,
        opener);
  }

  /**
   * A field of this type.
   *
   * @param source the source's own name of the type
   */
  public Field field(String name, String source) {
    var metadata = new HashMap<>(extension);
    metadata.put(SourceTable.SOURCE_TYPE, source);
    return new Field(name, new FieldType(true, arrow, null, metadata), children);
  }
}
