package io.millrace.runtime.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Rows of texts, by the names of their columns. */
record Cells(List<String> columns, List<List<String>> rows) {
  private static final Pattern FLOATING = Pattern.compile("<(float|double) ([^>]*)>");

  /**
   * What a query gives.
   *
   * @param selected SQL for the text of each column
   */
  static Cells query(Connection sql, Map<String, String> selected, String from)
      throws SQLException {
    var list = new StringBuilder();
    selected.forEach((name, text) -> list.append(list.isEmpty() ? "" : ", ").append(text));
    var columns = List.copyOf(new LinkedHashMap<>(selected).keySet());
    var rows = new ArrayList<List<String>>();
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery("SELECT %s FROM %s".formatted(list, from))) {
      while (row.next()) {
        var texts = new ArrayList<String>();
        for (int i = 1; i <= columns.size(); i++) {
          texts.add(numbers(row.getString(i)));
        }
        rows.add(texts);
      }
    }
    return new Cells(columns, rows);
  }

  /**
   * Both engines write the shortest digits that give the same number, but not the same ones: they
   * are replaced by the number's bits.
   */
  private static String numbers(String text) {
    if (text == null || text.indexOf('<') < 0) {
      return text;
    }
    return FLOATING
        .matcher(text)
        .replaceAll(
            found -> {
              String number =
                  switch (found.group(2).toLowerCase(Locale.ROOT)) {
                    case "nan" -> "NaN";
                    case "inf", "infinity" -> "Infinity";
                    case "-inf", "-infinity" -> "-Infinity";
                    default -> found.group(2);
                  };
              return found.group(1).equals("float")
                  ? "f" + Integer.toHexString(Float.floatToIntBits(Float.parseFloat(number)))
                  : "d" + Long.toHexString(Double.doubleToLongBits(Double.parseDouble(number)));
            });
  }

  /** Value by value; rows have no order, those with a number in front come by it. */
  void assertEqualTo(Cells expected) {
    assertThat(rows).as("rows").hasSameSizeAs(expected.rows);
    List<List<String>> own = sorted();
    List<List<String>> others = expected.sorted();
    for (int row = 0; row < own.size(); row++) {
      for (int column = 0; column < columns.size(); column++) {
        assertThat(own.get(row).get(column))
            .as("%s of row %s", columns.get(column), others.get(row).get(0))
            .isEqualTo(others.get(row).get(column));
      }
    }
  }

  private List<List<String>> sorted() {
    return rows.stream().sorted(Comparator.comparing(List::toString)).toList();
  }
}
