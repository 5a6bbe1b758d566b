package io.millrace.benchmarks.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.process.Usage;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All rows of a table once through a path.
 *
 * @param name which pass of the path it was, e.g. {@code first}
 * @param rows how many
 * @param seconds from the request to the moment when the last row could be read at the end
 * @param steadyRowsPerSecond the rate without start and end of the pass, where the path has one
 * @param machineSeconds CPU of the whole machine, so that foreign load can be seen
 * @param processes what each took part with
 * @param wireBytes bytes in Kafka, or received from COPY
 * @param parquetBytes bytes of the files; 0 where there are none
 * @param delays how late each row was, where that is measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Pass(
    String name,
    long rows,
    double seconds,
    Double steadyRowsPerSecond,
    double machineSeconds,
    Map<String, Usage> processes,
    long wireBytes,
    long parquetBytes,
    Delays delays) {

  /** A pass without delays. */
  public Pass(
      String name,
      long rows,
      double seconds,
      Double steadyRowsPerSecond,
      double machineSeconds,
      Map<String, Usage> processes,
      long wireBytes,
      long parquetBytes) {
    this(
        name,
        rows,
        seconds,
        steadyRowsPerSecond,
        machineSeconds,
        processes,
        wireBytes,
        parquetBytes,
        null);
  }

  /** A pass as a meter has seen it. */
  public static Pass of(String name, long rows, Meter.Reading reading, long wire, long parquet) {
    return new Pass(
        name,
        rows,
        reading.seconds(),
        null,
        reading.machineSeconds(),
        reading.usage(),
        wire,
        parquet);
  }

  /** The same under a name. */
  public Pass named(String other) {
    return new Pass(
        other,
        rows,
        seconds,
        steadyRowsPerSecond,
        machineSeconds,
        processes,
        wireBytes,
        parquetBytes);
  }

  /** The same, with how late its rows were. */
  public Pass late(Delays how) {
    return new Pass(
        name,
        rows,
        seconds,
        steadyRowsPerSecond,
        machineSeconds,
        processes,
        wireBytes,
        parquetBytes,
        how);
  }

  /** The same, with a rate of its steady part. */
  public Pass steady(double rowsPerSecond) {
    return new Pass(
        name, rows, seconds, rowsPerSecond, machineSeconds, processes, wireBytes, parquetBytes);
  }

  /** The same, where a process that has ended told its usage in another way. */
  public Pass with(String role, Usage usage) {
    var more = new LinkedHashMap<>(processes);
    more.put(role, usage);
    return new Pass(
        name, rows, seconds, steadyRowsPerSecond, machineSeconds, more, wireBytes, parquetBytes);
  }

  /** Rows per second of all of it. */
  public double rowsPerSecond() {
    return rows / seconds;
  }
}
