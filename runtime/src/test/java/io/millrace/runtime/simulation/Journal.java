package io.millrace.runtime.simulation;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What happened in a world: how often each kind of event, and the last ones in words. */
final class Journal {
  private static final int REMEMBERED = 60;

  private record Line(int number, Event event, String pattern, List<Object> values) {
    @Override
    public String toString() {
      return "%5d  %-20s %s"
          .formatted(number, event.toString().toLowerCase(Locale.ROOT), words(pattern, values));
    }
  }

  private final Map<Event, Integer> counts = new EnumMap<>(Event.class);
  private final Deque<Line> last = new ArrayDeque<>();
  private int number;

  /**
   * Notes an event; the pattern is {@link String#format}'s and is filled only should it be read.
   */
  void note(Event event, String pattern, Object... values) {
    counts.merge(event, 1, Integer::sum);
    if (last.size() == REMEMBERED) {
      last.removeFirst();
    }
    last.addLast(new Line(++number, event, pattern, Arrays.asList(values)));
  }

  /** A pattern of {@link String#format}, filled. */
  static String words(String pattern, List<Object> values) {
    return pattern.formatted(values.toArray());
  }

  /** How often each kind happened. */
  Map<Event, Integer> counts() {
    return counts;
  }

  /** The last events, oldest first. */
  String lastEvents() {
    var text = new StringBuilder();
    last.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
