package io.millrace.connect.round;

import io.millrace.core.MillraceException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How far the windows of a stream were read. Seconds are those of {@link
 * io.millrace.core.window.Window}; a window is told by its first.
 *
 * @param through the end of the last window in turn; {@link #NOTHING} before the first
 * @param recent the rows found in the latest of them
 * @param failed those of them that were given up and not read since, never more than {@link
 *     #MOST_FAILED}
 * @param unreadable whether the last round could not even ask the table
 * @param request the last request that read anything
 * @param requestThrough the end of the last window read for that request, where it named a range
 */
public record StreamMark(
    long through,
    SortedMap<Long, Long> recent,
    SortedSet<Long> failed,
    boolean unreadable,
    String request,
    long requestThrough) {
  /** Before every window. */
  static final long NOTHING = Long.MIN_VALUE;

  /** With so many windows given up nothing more is read in turn: something is wrong with all. */
  static final int MOST_FAILED = 16;

  /** Of a stream that was never read. */
  public static final StreamMark START =
      new StreamMark(NOTHING, new TreeMap<>(), new TreeSet<>(), false, "", NOTHING);

  private static final int FIELDS = 6;

  public StreamMark {
    recent = new TreeMap<>(recent);
    failed = new TreeSet<>(failed);
  }

  /** The rows of a window when it was last read; -1 if that is not known. */
  long rows(long start) {
    return recent.getOrDefault(start, -1L);
  }

  /** Whether too many windows were given up to go on. */
  boolean isStuck() {
    return failed.size() >= MOST_FAILED;
  }

  /** Reads what {@link #toString} wrote. */
  public static StreamMark parse(String text) {
    String[] fields = text.split(";", FIELDS);
    try {
      var recent = new TreeMap<Long, Long>();
      for (String window : list(fields[3])) {
        int equals = window.indexOf('=');
        recent.put(
            Long.parseLong(window.substring(0, equals)),
            Long.parseLong(window.substring(equals + 1)));
      }
      return new StreamMark(
          Long.parseLong(fields[0]),
          recent,
          list(fields[4]).stream()
              .map(Long::valueOf)
              .collect(Collectors.toCollection(TreeSet::new)),
          Boolean.parseBoolean(fields[2]),
          fields[5],
          Long.parseLong(fields[1]));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read the connector's stored mark \"%s\": reset its offsets".formatted(text),
          e);
    }
  }

  private static List<String> list(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(","));
  }

  /** One line: through; request's through; unreadable; recent; failed; request. */
  @Override
  public String toString() {
    return "%d;%d;%b;%s;%s;%s"
        .formatted(
            through,
            requestThrough,
            unreadable,
            recent.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(",")),
            failed.stream().map(String::valueOf).collect(Collectors.joining(",")),
            request);
  }
}
