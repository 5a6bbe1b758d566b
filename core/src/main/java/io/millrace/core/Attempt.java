package io.millrace.core;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One reading of a Partition by one task.
 *
 * @param number counts the attempts of a Partition, for people; two may carry the same
 * @param nonce tells attempts apart
 * @param startedAt when the reading began, by the clock of the machine that reads, in milliseconds
 *     as it travels
 */
public record Attempt(int number, String nonce, Instant startedAt) {
  public Attempt {
    Texts.requirePrintable("an attempt's nonce", nonce);
    if (number < 1) {
      throw MillraceException.data(
          "Cannot use attempt number %d: it starts at 1".formatted(number));
    }
    startedAt = startedAt.truncatedTo(ChronoUnit.MILLIS);
  }
}
