package io.millrace.core;

import java.util.random.RandomGenerator;

/** Random names of {@code [a-z0-9]}: 12 characters, 62 bits. */
public final class Nonces {
  private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 12;

  private final RandomGenerator random;

  /**
   * Takes its randomness from {@code random}: a SecureRandom in production, a seed in a simulation.
   */
  public Nonces(RandomGenerator random) {
    this.random = random;
  }

  /** A new nonce. */
  public String next() {
    var text = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
