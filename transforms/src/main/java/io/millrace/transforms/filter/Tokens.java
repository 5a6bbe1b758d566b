package io.millrace.transforms.filter;

import io.millrace.core.MillraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A condition's text, word by word. */
final class Tokens {
  /** What a token is. */
  enum Kind {
    WORD,
    QUOTED_NAME,
    TEXT,
    NUMBER,
    SYMBOL,
    END
  }

  /** A token, its text without quotes, and the place of its first character, from 1. */
  record Token(Kind kind, String text, int position) {
    boolean is(String word) {
      return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(word);
    }

    /** What to say of it in an error. */
    String shown() {
      return kind == Kind.END ? "the end" : "\"%s\"".formatted(text);
    }
  }

  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<word>[\\p{L}_][\\p{L}\\p{N}_$]*)"
              + "|\"(?<name>(?:[^\"]|\"\")+)\""
              + "|'(?<text>(?:[^']|'')*)'"
              + "|(?<number>[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
              + "|(?<symbol><=|>=|<>|!=|[=<>(),])");
  private static final Pattern BLANKS = Pattern.compile("\\s*");

  private final String key;
  private final List<Token> tokens = new ArrayList<>();
  private int next;

  /**
   * The tokens of a text.
   *
   * @param key the option that has it
   * @throws MillraceException (CONFIGURATION) at a character that begins none
   */
  Tokens(String key, String text) {
    this.key = key;
    Matcher blanks = BLANKS.matcher(text);
    Matcher token = TOKEN.matcher(text);
    int at = 0;
    while (true) {
      at = blanks.region(at, text.length()).lookingAt() ? blanks.end() : at;
      if (at == text.length()) {
        break;
      }
      if (!token.region(at, text.length()).lookingAt()) {
        throw refused(at + 1, unreadable(text.substring(at)));
      }
      tokens.add(token(token, at + 1));
      at = token.end();
    }
    tokens.add(new Token(Kind.END, "", text.length() + 1));
  }

  private static String unreadable(String rest) {
    char first = rest.charAt(0);
    return first == '\'' || first == '"'
        ? "the quote %c is not closed".formatted(first)
        : "\"%s\" begins neither a name nor a constant"
            .formatted(Character.toString(rest.codePointAt(0)));
  }

  private static Token token(Matcher found, int position) {
    if (found.group("word") != null) {
      return new Token(Kind.WORD, found.group("word"), position);
    } else if (found.group("name") != null) {
      return new Token(Kind.QUOTED_NAME, found.group("name").replace("\"\"", "\""), position);
    } else if (found.group("text") != null) {
      return new Token(Kind.TEXT, found.group("text").replace("''", "'"), position);
    } else if (found.group("number") != null) {
      return new Token(Kind.NUMBER, found.group("number"), position);
    }
    return new Token(Kind.SYMBOL, found.group("symbol"), position);
  }

  /** The next one; stays there. */
  Token peek() {
    return tokens.get(next);
  }

  /** The next one; goes on to the one after it. */
  Token take() {
    Token token = tokens.get(next);
    next = Math.min(next + 1, tokens.size() - 1);
    return token;
  }

  /** Takes the next one if it is this word, in either case, or symbol. */
  boolean takeIf(String word) {
    boolean found = peek().is(word);
    if (found) {
      take();
    }
    return found;
  }

  /** Takes the next one, which has to be this word or symbol. */
  void require(String word) {
    if (!takeIf(word)) {
      throw expected("\"%s\"".formatted(word));
    }
  }

  /** The error of a next token that is not what it should be. */
  MillraceException expected(String what) {
    return refused(peek().position, "expected %s, found %s".formatted(what, peek().shown()));
  }

  /** An error at a place of the text. */
  MillraceException refused(int position, String why) {
    return MillraceException.configuration(
        key, "Cannot read the condition at character %d: %s".formatted(position, why));
  }
}
