package io.millrace.connect.clickhouse.column.read;

import io.millrace.core.stage.SourceTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * What the values of a type become: one node of a column's tree of types.
 *
 * @param source the type as ClickHouse writes it
 * @param form the Arrow type, {@code NULLABLE} if values may be NULL
 * @param extension the field's metadata that says what Arrow's type stands for
 * @param children the fields of a nested type
 * @param opener makes the reader
 */
public record ValueType(
    String source, Form form, Map<String, String> extension, List<Field> children, Opener opener) {

  /** An Arrow type, and whether NULL is among its values. */
  public record Form(ArrowType arrow, Nullness nullness) {}

  /** Whether NULL is among the values. */
  public enum Nullness {
    /** It is not. */
    REQUIRED,
    /** It is. */
    NULLABLE
  }

  /** Makes a reader into a vector. */
  @FunctionalInterface
  public interface Opener {
    /** Makes it; the vector is one of {@link #field}. */
    ValueReader open(FieldVector vector);
  }

  /** A type without children. */
  public static ValueType flat(String source, ArrowType arrow, Opener opener) {
    return nested(source, arrow, List.of(), opener);
  }

  /** A type with children. */
  public static ValueType nested(
      String source, ArrowType arrow, List<Field> children, Opener opener) {
    return new ValueType(source, new Form(arrow, Nullness.REQUIRED), Map.of(), children, opener);
  }

  /** The same, with Arrow's name of an extension type. */
  public ValueType withExtension(String name) {
    var metadata = Map.of("ARROW:extension:name", name, "ARROW:extension:metadata", "");
    return new ValueType(source, form, metadata, children, opener);
  }

  /** The same under another name. */
  public ValueType named(String other) {
    return new ValueType(other, form, extension, children, opener);
  }

  /** The same, where values may be NULL: the reader is put into another one. */
  public ValueType nullable(String other, Function<ValueReader, ValueReader> around) {
    var nullable = new Form(form.arrow(), Nullness.NULLABLE);
    return new ValueType(
        other, nullable, extension, children, vector -> around.apply(opener.open(vector)));
  }

  /** A field of this type. */
  public Field field(String name) {
    var metadata = new HashMap<>(extension);
    if (!(form.arrow() instanceof ArrowType.Null)) { // Arrow's null vector forgets its metadata
      metadata.put(SourceTable.SOURCE_TYPE, source);
    }
    boolean nullable = form.nullness() == Nullness.NULLABLE;
    return new Field(name, new FieldType(nullable, form.arrow(), null, metadata), children);
  }
}
