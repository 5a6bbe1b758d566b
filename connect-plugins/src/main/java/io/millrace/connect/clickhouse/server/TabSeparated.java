package io.millrace.connect.clickhouse.server;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code FORMAT TabSeparated}, which every server writes: a line per row, tabs between
 * values, backslashes before what would be mistaken; NULL is {@code \N}.
 */
final class TabSeparated {
  private static final String NULL = "\\N";

  private TabSeparated() {}

  /** The rows of a text; NULL is null. */
  static List<List<String>> rows(String text) {
    var rows = new ArrayList<List<String>>();
    if (!text.isEmpty()) {
      String lines = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
      for (String line : lines.split("\n", -1)) {
        var row = new ArrayList<String>();
        for (String value : line.split("\t", -1)) {
          row.add(value.equals(NULL) ? null : unescaped(value));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static String unescaped(String value) {
    if (value.indexOf('\\') < 0) {
      return value;
    }
    var text = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        c = meant(value.charAt(++i));
      }
      text.append(c);
    }
    return text.toString();
  }

  private static char meant(char escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '0' -> '\0';
      default -> escaped;
    };
  }
}
