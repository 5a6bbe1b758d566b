package io.millrace.core.change;

import io.millrace.core.MillraceException;

/**
 * The part of a bucket's changes that a record has.
 *
 * @param after where the record before it ends, so that a gap shows
 * @param first where its first change stands
 * @param last where its last change stands
 */
public record Span(Position after, Position first, Position last) {
  public Span {
    if (after.compareTo(first) >= 0 || first.compareTo(last) > 0) {
      throw MillraceException.data(
          "Cannot use changes from %s to %s after %s: they come in order"
              .formatted(first, last, after));
    }
  }
}
