package io.millrace.runtime.lane;

import io.millrace.core.Unit;
import io.millrace.core.wire.Reading;

/**
 * Tells attempts apart.
 *
 * @param unit what is read
 * @param nonce which reading of it
 */
public record AttemptKey(Unit unit, String nonce) {
  /** The attempt that the records of a reading make up. */
  public static AttemptKey of(Reading reading) {
    return new AttemptKey(reading.unit(), reading.attempt().nonce());
  }

  @Override
  public String toString() {
    return unit + " attempt " + nonce;
  }
}
