package io.millrace.sinks.clickhouse;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A column {@code v}, values of it, and what ClickHouse is to say of them.
 *
 * @param type ClickHouse's type
 * @param text SQL that makes a text of {@code v}; of values that are refused, words of the reason
 */
record ClickHouseTypeCase(
    Field field, String type, String text, List<Object> values, List<String> texts) {

  ClickHouseTypeCase value(Object value, String expected) {
    var moreValues = new ArrayList<>(values);
    moreValues.add(value);
    var moreTexts = new ArrayList<>(texts);
    moreTexts.add(expected);
    return new ClickHouseTypeCase(field, type, text, moreValues, moreTexts);
  }

  @Override
  public String toString() {
    return field.getType() + " as " + type;
  }
}
