package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.ledger.LogSpan;
import java.util.List;

/**
 * One attempt whose records lie in several TopicPartitions, because some were added while it was
 * sent: each part is looked for where the one before it ended, then in the other places.
 */
final class SplitReader implements AttemptSource {
  private final String topicId;
  private final List<UnitReader> places;
  private int current;

  /** Reads from all of these places of a topic; the last is where the attempt ended. */
  SplitReader(String topicId, List<UnitReader> places) {
    this.topicId = topicId;
    this.places = places;
  }

  @Override
  public Batch batch(int sequence) {
    for (int tries = 1; tries < places.size(); tries++) {
      try {
        return places.get(current).batch(sequence);
      } catch (MillraceException e) {
        if (e.category() != MillraceException.Category.DATA) {
          throw e;
        }
        current = (current + 1) % places.size();
      }
    }
    return places.get(current).batch(sequence);
  }

  @Override
  public long first() {
    return places.get(places.size() - 1).first();
  }

  @Override
  public List<LogSpan> elsewhere() {
    return places.subList(0, places.size() - 1).stream()
        .flatMap(place -> place.span(topicId).stream())
        .toList();
  }

  @Override
  public void close() {
    places.forEach(UnitReader::close);
  }
}
