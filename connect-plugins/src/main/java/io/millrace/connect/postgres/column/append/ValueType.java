package io.millrace.connect.postgres.column.append;

import io.millrace.connect.postgres.server.PostgresType;
import io.millrace.core.stage.SourceTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * What the values of a type become: one node of a column's tree of types.
 *
 * @param source the type's name in Postgres
 * @param arrow the Arrow type
 * @param extension the field's metadata that says what Arrow's type stands for
 * @param children the fields of a nested type
 * @param selection how the value is asked for
 * @param fit whether every value has a place
 * @param text how the text of a value becomes what the appender takes
 * @param opener makes the appender
 */
public record ValueType(
    String source,
    ArrowType arrow,
    Map<String, String> extension,
    List<Field> children,
    Selection selection,
    Fit fit,
    TextForm text,
    Opener opener) {

  /** Makes an appender to a vector of the type's field. */
  @FunctionalInterface
  public interface Opener {
    /** Makes it; the vector is one of {@link #field}. */
    ColumnAppender open(FieldVector vector, Unrepresentable policy);
  }

  /** Which values of a Postgres type its Arrow type holds. */
  public enum Fit {
    /** All. */
    WHOLE,
    /** Not all, but there is a nearest one. */
    CLAMPED,
    /** Not all, and for some there is none. */
    PARTIAL;

    /** Whether NULL takes the place of some values. */
    public boolean mayGiveNull(Unrepresentable policy) {
      return switch (policy) {
        case ERROR -> false;
        case NULL -> this != WHOLE;
        case CLAMP -> this == PARTIAL;
      };
    }
  }

  /** A type without children that is read as the server sends it. */
  public static ValueType flat(PostgresType type, ArrowType arrow, Fit fit, Opener opener) {
    return new ValueType(
        type.name(), arrow, Map.of(), List.of(), Selection.AS_SENT, fit, TextForm.UNKNOWN, opener);
  }

  /** The same, with Arrow's metadata of an extension type. */
  public ValueType withExtension(String name, String metadata) {
    return new ValueType(
        source,
        arrow,
        Map.of("ARROW:extension:name", name, "ARROW:extension:metadata", metadata),
        children,
        selection,
        fit,
        text,
        opener);
  }

  /** The same, asked for in another way. */
  public ValueType selectedBy(Selection other) {
    return new ValueType(source, arrow, extension, children, other, fit, text, opener);
  }

  /** The same, with its text read so. */
  public ValueType readFromText(TextForm form) {
    return new ValueType(source, arrow, extension, children, selection, fit, form, opener);
  }

  /**
   * What does not come as it is, for people; nothing if all does or an error says so.
   *
   * @param policy what becomes of values that have no place
   */
  public Optional<String> note(Unrepresentable policy) {
    var notes = new ArrayList<String>();
    if (arrow instanceof ArrowType.Utf8 && selection != Selection.AS_SENT) {
      notes.add("Arrow has no such type: it comes as the server's text");
    } else if (arrow instanceof ArrowType.Utf8 && source.startsWith("numeric")) {
      notes.add("without a precision of 76 digits or fewer it comes as text");
    }
    if (source.endsWith("[]")) {
      notes.add("lower bounds of arrays are not kept");
    }
    if (fit != Fit.WHOLE && policy != Unrepresentable.ERROR) {
      notes.add("values without a place are replaced, as on_unrepresentable says");
    }
    return notes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", notes));
  }

  /** A field of this type. */
  public Field field(String name, boolean nullable) {
    var metadata = new HashMap<>(extension);
    metadata.put(SourceTable.SOURCE_TYPE, source);
    return new Field(name, new FieldType(nullable, arrow, null, metadata), children);
  }

  /** An appender to a vector of {@link #field}. */
  public ColumnAppender appender(FieldVector vector, Unrepresentable policy) {
    return opener.open(vector, policy);
  }
}
