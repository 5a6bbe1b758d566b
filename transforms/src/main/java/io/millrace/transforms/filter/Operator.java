package io.millrace.transforms.filter;

import java.util.Arrays;
import java.util.Optional;

/** How a value is compared with a constant. */
enum Operator {
  EQUAL("=", 0b010),
  NOT_EQUAL("!=", 0b101),
  LESS("<", 0b001),
  AT_MOST("<=", 0b011),
  GREATER(">", 0b100),
  AT_LEAST(">=", 0b110);

  private final String symbol;
  private final int accepted;

  /** The bits of {@code accepted}: less, equal, greater, from the lowest. */
  Operator(String symbol, int accepted) {
    this.symbol = symbol;
    this.accepted = accepted;
  }

  /** The operator written so. */
  static Optional<Operator> of(String symbol) {
    return Arrays.stream(values())
        .filter(operator -> operator.symbol.equals(symbol.equals("<>") ? "!=" : symbol))
        .findFirst();
  }

  /** 1 if the operator holds for an outcome of -1, 0 or 1, otherwise 0. */
  long holds(int outcome) {
    return (accepted >> (outcome + 1)) & 1;
  }
}
