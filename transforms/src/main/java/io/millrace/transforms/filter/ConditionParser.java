package io.millrace.transforms.filter;

import io.millrace.core.MillraceException;
import io.millrace.transforms.filter.Tokens.Kind;
import io.millrace.transforms.filter.Tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads conditions. {@code not} binds closer than {@code and}, and that closer than {@code or}:
 *
 * <pre>
 * or        = and { "or" and }
 * and       = not { "and" not }
 * not       = "not" not | "(" or ")" | predicate
 * predicate = column operator literal
 *           | column ["not"] "in" "(" literal { "," literal } ")"
 *           | column "is" ["not"] "null"
 * column    = word | "name in double quotes"
 * literal   = number | 'text' | "true" | "false"
 * </pre>
 */
final class ConditionParser {
  private static final Set<String> KEYWORDS =
      Set.of("and", "or", "not", "in", "is", "null", "true", "false");

  private final Tokens tokens;

  private ConditionParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /**
   * The condition that a text says.
   *
   * @throws MillraceException (CONFIGURATION) telling the character where it cannot be read
   */
  static Condition parse(Tokens tokens) {
    Condition condition = new ConditionParser(tokens).or();
    if (tokens.peek().kind() != Kind.END) {
      throw tokens.expected("\"and\", \"or\" or the end");
    }
    return condition;
  }

  private Condition or() {
    var parts = new ArrayList<>(List.of(and()));
    while (tokens.takeIf("or")) {
      parts.add(and());
    }
    return parts.size() == 1 ? parts.get(0) : new Condition.Or(parts);
  }

  private Condition and() {
    var parts = new ArrayList<>(List.of(not()));
    while (tokens.takeIf("and")) {
      parts.add(not());
    }
    return parts.size() == 1 ? parts.get(0) : new Condition.And(parts);
  }

  private Condition not() {
    if (tokens.takeIf("not")) {
      return new Condition.Not(not());
    }
    if (tokens.takeIf("(")) {
      Condition inner = or();
      tokens.require(")");
      return inner;
    }
    return predicate();
  }

  private Condition predicate() {
    Condition.Column column = column();
    if (tokens.takeIf("is")) {
      boolean negated = tokens.takeIf("not");
      tokens.require("null");
      return negated(negated, new Condition.IsNull(column));
    }
    boolean negated = tokens.takeIf("not");
    if (tokens.takeIf("in")) {
      return negated(negated, new Condition.In(column, literals()));
    }
    if (negated) {
      throw tokens.expected("\"in\"");
    }
    return new Condition.Compare(column, operator(), literal());
  }

  private Operator operator() {
    Optional<Operator> operator =
        tokens.peek().kind() == Kind.SYMBOL ? Operator.of(tokens.peek().text()) : Optional.empty();
    if (operator.isEmpty()) {
      throw tokens.expected("=, !=, <, <=, >, >=, in or is");
    }
    tokens.take();
    return operator.get();
  }

  private static Condition negated(boolean negated, Condition condition) {
    return negated ? new Condition.Not(condition) : condition;
  }

  private Condition.Column column() {
    Token token = tokens.peek();
    boolean named =
        token.kind() == Kind.QUOTED_NAME
            || (token.kind() == Kind.WORD
                && !KEYWORDS.contains(token.text().toLowerCase(Locale.ROOT)));
    if (!named) {
      throw tokens.expected("a column");
    }
    tokens.take();
    return new Condition.Column(token.text(), token.position());
  }

  private List<Condition.Literal> literals() {
    var literals = new ArrayList<Condition.Literal>();
    tokens.require("(");
    do {
      literals.add(literal());
    } while (tokens.takeIf(","));
    tokens.require(")");
    return literals;
  }

  private Condition.Literal literal() {
    Token token = tokens.peek();
    if (token.is("null")) {
      throw tokens.refused(
          token.position(), "a comparison with null is never true; write \"is null\"");
    }
    boolean plain = token.kind() == Kind.NUMBER || token.is("true") || token.is("false");
    if (!plain && token.kind() != Kind.TEXT) {
      throw tokens.expected("a number, a 'text', true or false");
    }
    tokens.take();
    return plain
        ? new Condition.Literal(token.text().toLowerCase(Locale.ROOT), false, token.position())
        : new Condition.Literal(token.text(), true, token.position());
  }
}
