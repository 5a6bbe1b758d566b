package io.millrace.transforms;

import io.millrace.core.MillraceException;
import io.millrace.core.options.NearestWord;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns of a schema by their names. */
final class ColumnNames {
  private final List<String> names;

  ColumnNames(Schema schema) {
    names = schema.getFields().stream().map(Field::getName).toList();
  }

  /** All names, in the schema's order. */
  List<String> all() {
    return names;
  }

  /**
   * The place of a column.
   *
   * @param key the option that names it
   * @throws MillraceException (CONFIGURATION) if there is none
   */
  int place(String key, String name) {
    int place = names.indexOf(name);
    if (place < 0) {
      throw MillraceException.configuration(key, NearestWord.unknown("column", name, names));
    }
    return place;
  }

  /**
   * The places of columns that an option lists.
   *
   * @throws MillraceException (CONFIGURATION) if one is not there or listed twice
   */
  int[] places(String key, List<String> listed) {
    int[] places = new int[listed.size()];
    for (int i = 0; i < places.length; i++) {
      String element = key + "." + i;
      places[i] = place(element, listed.get(i));
      if (listed.indexOf(listed.get(i)) < i) {
        throw MillraceException.configuration(
            element, "Cannot take column \"%s\" twice: list it once".formatted(listed.get(i)));
      }
    }
    return places;
  }
}
