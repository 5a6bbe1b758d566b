package io.millrace.benchmarks.scale;

import io.millrace.benchmarks.table.TestTable;
import io.millrace.runtime.config.Setting;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A dimension to scale along. */
public enum Series {
  /** Time is to grow with them, memory is not. */
  ROWS,
  /** Of the connector, each with one COPY. */
  TASKS,
  /** Partitions of the topic. */
  LANES,
  /** Processes of one sink. */
  SINKS,
  /** Of the table. */
  COLUMNS,
  /** Bytes of a row, as COPY sends it. */
  WIDTH;

  private static final int USUAL = 3;

  /** Its name for people. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Those of these names; all if there are none. */
  public static List<Series> of(List<String> labels) {
    for (String label : labels) {
      if (Stream.of(values()).noneMatch(series -> series.label().equals(label))) {
        throw new IllegalArgumentException(
            "There is no series %s: take of %s"
                .formatted(
                    label,
                    Stream.of(values()).map(Series::label).collect(Collectors.joining(", "))));
      }
    }
    return Stream.of(values())
        .filter(series -> labels.isEmpty() || labels.contains(series.label()))
        .toList();
  }

  /**
   * Its points.
   *
   * @param unit rows of the smallest table of trips; the others are multiples of it
   */
  public List<Point> points(long unit) {
    TestTable trips = TestTable.TRIPS;
    return switch (this) {
      case ROWS ->
          LongStream.of(1, 3, 10, 30)
              .mapToObj(n -> point(Long.toString(n * unit), trips, n * unit, 1))
              .toList();
      case TASKS ->
          IntStream.of(1, 2)
              .mapToObj(n -> point(n, trips, USUAL * unit, 1, "source.tasks=" + n))
              .toList();
      case LANES ->
          IntStream.of(1, 4, 16)
              .mapToObj(n -> point(n, trips, USUAL * unit, 1, "kafka.topic.partitions=" + n))
              .toList();
      case SINKS ->
          IntStream.of(1, 2)
              .mapToObj(n -> point(n, trips, USUAL * unit, n, new String[0]))
              .toList();
      case COLUMNS ->
          List.of(
              point("4", TestTable.NARROW, USUAL * unit, 1),
              point("20", TestTable.TRIPS_EVEN, USUAL * unit, 1),
              point("200", TestTable.WIDE, Math.max(1, USUAL * unit / 10), 1));
      case WIDTH ->
          List.of(
              point("16", TestTable.PAYLOAD_16, USUAL * unit, 1),
              point("256", TestTable.PAYLOAD_256, USUAL * unit, 1),
              point("4096", TestTable.PAYLOAD_4096, Math.max(1, USUAL * unit / 10), 1));
    };
  }

  private Point point(String value, TestTable table, long rows, int sinks) {
    return new Point(this, value, table, rows, List.of(), sinks);
  }

  private Point point(int value, TestTable table, long rows, int sinks, String... settings) {
    return new Point(
        this,
        Integer.toString(value),
        table,
        rows,
        Stream.of(settings).map(Setting::parse).toList(),
        sinks);
  }
}
