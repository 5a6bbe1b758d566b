package io.millrace.sinks.ledger;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntPredicate;

/**
 * Finds the last of the names 0, 1, 2 ... that exist without a hole and never go, in about two
 * looks per doubling instead of a listing; goes on from what it found before.
 */
final class DenseNumbers {
  /** No number exists. */
  static final int NONE = -1;

  private final ConcurrentMap<String, Integer> found = new ConcurrentHashMap<>();

  /** The last number of a series, {@link #NONE} if it has none. */
  int last(String series, IntPredicate exists) {
    int there = found.getOrDefault(series, NONE);
    int step = 1;
    while (exists.test(there + step)) {
      there += step;
      step *= 2;
    }
    int missing = there + step;
    while (missing - there > 1) {
      int middle = (there + missing) >>> 1;
      if (exists.test(middle)) {
        there = middle;
      } else {
        missing = middle;
      }
    }
    return there == NONE ? NONE : found.merge(series, there, Math::max);
  }
}
