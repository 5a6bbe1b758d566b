package io.millrace.connect.clickhouse.type;

import io.millrace.core.MillraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads a type text as {@code DESCRIBE} and blocks write it, on one line or on several. The grammar
 * is a name and, in parentheses, types with or without a label, numbers, texts, and the labels of
 * enums.
 */
public final class TypeParser {
  /** No table has such types; a deeper text is no type. */
  private static final int DEEPEST = 64;

  /** Their arguments have grammars of their own, and no reader wants them. */
  private static final Set<String> UNREAD =
      Set.of("AggregateFunction", "Dynamic", "Geometry", "JSON", "Object", "QBit", "Variant");

  private final String text;
  private int at;

  private TypeParser(String text) {
    this.text = text;
  }

  /**
   * The type that a text means.
   *
   * @throws MillraceException (DATA) with the text and the place where it cannot be read
   */
  public static DataType parse(String text) {
    var parser = new TypeParser(text);
    DataType type = parser.type(DEEPEST);
    parser.skipSpace();
    if (parser.at < text.length()) {
      throw parser.expected("the end");
    }
    return type;
  }

  private DataType type(int deeper) {
    return type(word("the name of a type"), deeper);
  }

  private DataType type(String name, int deeper) {
    if (deeper == 0) {
      throw expected("no type more than %d deep".formatted(DEEPEST));
    }
    if (!accept('(')) {
      return new DataType(name, List.of());
    }
    if (UNREAD.contains(name)) {
      return new DataType(name, List.of(new DataType.Unread(balanced())));
    }
    var arguments = new ArrayList<DataType.Argument>();
    while (!accept(')')) {
      if (!arguments.isEmpty()) {
        require(',');
      }
      arguments.add(argument(deeper - 1));
    }
    return new DataType(name, arguments);
  }

  private DataType.Argument argument(int deeper) {
    char next = next();
    if (next == '\'') {
      String value = quoted('\'');
      return accept('=') ? new DataType.Label(value, number()) : new DataType.Text(value);
    } else if (next == '-' || isDigit(next)) {
      return new DataType.WholeNumber(number());
    } else if (next == '`' || next == '"') {
      return new DataType.Inner(quoted(next), type(deeper));
    }
    String word = word("a type, a number, a text or a label");
    char after = next();
    return after == ',' || after == ')' || after == '(' || after == 0
        ? new DataType.Inner("", type(word, deeper))
        : new DataType.Inner(word, type(deeper));
  }

  private String word(String what) {
    skipSpace();
    int start = at;
    while (at < text.length() && isPartOfWord(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw expected(what);
    }
    return text.substring(start, at);
  }

  private static boolean isPartOfWord(char c) {
    return c == '_' || c == '.' || Character.isLetterOrDigit(c);
  }

  private int number() {
    skipSpace();
    int start = at;
    at += next() == '-' ? 1 : 0;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    try {
      return Integer.parseInt(text.substring(start, at));
    } catch (NumberFormatException e) {
      at = start;
      throw expected("a whole number");
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** ClickHouse escapes by backslashes; of a quote also by doubling it. */
  private String quoted(char quote) {
    require(quote);
    var value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        value.append(unescaped(text.charAt(at++)));
      } else if (c != quote) {
        value.append(c);
      } else if (at < text.length() && text.charAt(at) == quote) {
        at++;
        value.append(quote);
      } else {
        return value.toString();
      }
    }
    throw expected("a closing " + quote);
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '0' -> '\0';
      default -> c;
    };
  }

  /** What stands before the closing parenthesis, which is taken too. */
  private String balanced() {
    int start = at;
    int open = 1;
    while (at < text.length()) {
      switch (next()) {
        case '\'', '`' -> quoted(next());
        case '(' -> {
          open++;
          at++;
        }
        case ')' -> {
          at++;
          if (--open == 0) {
            return text.substring(start, at - 1);
          }
        }
        default -> at++;
      }
    }
    throw expected("a closing parenthesis");
  }

  private boolean accept(char c) {
    if (next() != c) {
      return false;
    }
    at++;
    return true;
  }

  private void require(char c) {
    if (!accept(c)) {
      throw expected("" + c);
    }
  }

  /** The next character that is no space; 0 at the end. */
  private char next() {
    skipSpace();
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private MillraceException expected(String what) {
    return MillraceException.data(
        "Cannot read %s as a type of ClickHouse: expected %s at character %d, where %s"
            .formatted(
                shown(text),
                what,
                at + 1,
                at < text.length() ? "stands " + shown(text.substring(at)) : "it ends"));
  }

  private static String shown(String text) {
    return '"' + (text.length() > 200 ? text.substring(0, 200) + "..." : text) + '"';
  }
}
