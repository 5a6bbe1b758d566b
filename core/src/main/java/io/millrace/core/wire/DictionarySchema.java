package io.millrace.core.wire;

import io.millrace.core.MillraceException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The three forms of a dictionary-encoded field. In memory it has the type of its indices; on the
 * wire that of its values, with the id of the dictionary beside it; once decoded that of its
 * values, and no dictionary.
 */
final class DictionarySchema {
  private DictionarySchema() {}

  /**
   * In memory to on the wire.
   *
   * @param used gets the ids of all dictionaries that are needed
   * @throws MillraceException (DATA) if a dictionary is missing, or a field has other indices than
   *     its encoding says
   */
  static Schema wire(Schema memory, DictionaryProvider dictionaries, Set<Long> used) {
    return map(memory, field -> wire(field, dictionaries, used));
  }

  private static Field wire(Field field, DictionaryProvider dictionaries, Set<Long> used) {
    DictionaryEncoding encoding = field.getDictionary();
    Field values = encoding == null ? field : values(field, encoding, dictionaries);
    if (encoding != null) {
      used.add(encoding.getId());
    }
    return field(
        field,
        values.getType(),
        encoding,
        values.getChildren().stream().map(child -> wire(child, dictionaries, used)).toList());
  }

  private static Field values(
      Field field, DictionaryEncoding encoding, DictionaryProvider dictionaries) {
    Dictionary dictionary = dictionaries.lookup(encoding.getId());
    if (dictionary == null) {
      throw MillraceException.data(
          "Cannot encode column %s: its dictionary is missing, hand it over with the rows"
              .formatted(field));
    }
    if (!field.getType().equals(encoding.getIndexType())) {
      throw MillraceException.data(
          "Cannot encode column %s: its indices should be %s"
              .formatted(field, encoding.getIndexType()));
    }
    return dictionary.getVector().getField();
  }

  /** On the wire to decoded. */
  static Schema decoded(Schema wire) {
    return map(wire, DictionarySchema::decoded);
  }

  private static Field decoded(Field wire) {
    List<Field> children = wire.getChildren().stream().map(DictionarySchema::decoded).toList();
    return field(wire, wire.getType(), null, children);
  }

  private static Schema map(Schema schema, UnaryOperator<Field> map) {
    return new Schema(schema.getFields().stream().map(map).toList(), schema.getCustomMetadata());
  }

  /** What a record batch on the wire holds of a dictionary-encoded field. */
  static Field indices(Field wire) {
    return field(wire, wire.getDictionary().getIndexType(), null, List.of());
  }

  /**
   * The values of each dictionary by its id, their own fields still encoded.
   *
   * @throws IllegalArgumentException if two fields want other values of one dictionary
   */
  static Map<Long, Field> dictionaries(Schema wire) {
    var found = new HashMap<Long, Field>();
    collect(wire.getFields(), found);
    return found;
  }

  private static void collect(List<Field> fields, Map<Long, Field> found) {
    for (Field field : fields) {
      if (field.getDictionary() != null) {
        long id = field.getDictionary().getId();
        Field values = field(field, field.getType(), null, field.getChildren());
        Field before = found.putIfAbsent(id, values);
        if (before != null
            && !(before.getType().equals(values.getType())
                && before.getChildren().equals(values.getChildren()))) {
          throw new IllegalArgumentException(
              "dictionary %d would have the values of both %s and %s"
                  .formatted(id, before, values));
        }
      }
      collect(field.getChildren(), found);
    }
  }

  private static Field field(
      Field like, ArrowType type, DictionaryEncoding encoding, List<Field> children) {
    return new Field(
        like.getName(),
        new FieldType(like.isNullable(), type, encoding, like.getMetadata()),
        children);
  }
}
