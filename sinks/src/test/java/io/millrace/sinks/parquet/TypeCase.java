package io.millrace.sinks.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** A type, values of it, and the type and the texts DuckDB makes of them. */
record TypeCase(
    ArrowType arrow, String extension, String duckType, List<Object> values, List<String> texts) {

  TypeCase extension(String name) {
    return new TypeCase(arrow, name, duckType, values, texts);
  }

  TypeCase value(Object value, String text) {
    List<Object> moreValues = new ArrayList<>(values);
    moreValues.add(value);
    List<String> moreTexts = new ArrayList<>(texts);
    moreTexts.add(text);
    return new TypeCase(arrow, extension, duckType, moreValues, moreTexts);
  }

  TypeCase same(String... all) {
    return new TypeCase(arrow, extension, duckType, List.of((Object[]) all), List.of(all));
  }

  Field field(boolean nullable) {
    Map<String, String> metadata =
        extension.isEmpty() ? Map.of() : Map.of("ARROW:extension:name", extension);
    return new Field("v", new FieldType(nullable, arrow, null, metadata), List.of());
  }

  @Override
  public String toString() {
    return arrow + (extension.isEmpty() ? "" : " as " + extension);
  }
}
