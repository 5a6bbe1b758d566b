package io.millrace.core.ledger;

import java.time.Instant;
import java.util.List;

/**
 * A replay as the ledger knows it.
 *
 * @param number counts from 1; a replay's plans carry it, and are later than those of all before
 * @param selection what is loaded again, in words; equal words mean the same
 * @param fingerprint of transforms and output settings
 * @param range the parts of the log that are read
 * @param at when it was claimed
 */
public record Replay(
    int number, String selection, String fingerprint, List<LogSpan> range, Instant at) {
  public Replay {
    range = List.copyOf(range);
  }
}
