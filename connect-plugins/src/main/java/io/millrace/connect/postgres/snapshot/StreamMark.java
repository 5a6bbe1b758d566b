package io.millrace.connect.postgres.snapshot;

import io.millrace.core.MillraceException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How far the windows of a stream were read. Seconds are those of {@link
 * io.millrace.core.window.Window}.
 *
 * @param through the end of the last window read in turn; {@link #NOTHING} before the first
 * @param recent the rows found in the latest of them, by their first second
 * @param request the last request that read anything
 * @param requestThrough the end of the last window read for that request, where it named a range
 * @param failed whether a window of the last round was given up
 */
record StreamMark(
    long through,
    SortedMap<Long, Long> recent,
    String request,
    long requestThrough,
    boolean failed) {
  /** Before every window. */
  static final long NOTHING = Long.MIN_VALUE;

  /** Of a stream that was never read. */
  static final StreamMark START = new StreamMark(NOTHING, new TreeMap<>(), "", NOTHING, false);

  private static final int FIELDS = 5;

  StreamMark {
    recent = new TreeMap<>(recent);
  }

  /** The rows of a window when it was last read; -1 if that is not known. */
  long rows(long start) {
    return recent.getOrDefault(start, -1L);
  }

  /** Reads what {@link #toString} wrote. */
  static StreamMark parse(String text) {
    String[] fields = text.split(";", FIELDS);
    try {
      var recent = new TreeMap<Long, Long>();
      for (String window : fields[3].isEmpty() ? new String[0] : fields[3].split(",")) {
        int equals = window.indexOf('=');
        recent.put(
            Long.parseLong(window.substring(0, equals)),
            Long.parseLong(window.substring(equals + 1)));
      }
      return new StreamMark(
          Long.parseLong(fields[0]),
          recent,
          fields[4],
          Long.parseLong(fields[1]),
          Boolean.parseBoolean(fields[2]));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read the connector's stored mark \"%s\": reset its offsets".formatted(text),
          e);
    }
  }

  /** One line: through; request's through; failed; recent; request. */
  @Override
  public String toString() {
    String windows =
        recent.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(","));
    return "%d;%d;%b;%s;%s".formatted(through, requestThrough, failed, windows, request);
  }
}
