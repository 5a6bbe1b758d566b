package io.millrace.benchmarks.result;

import io.millrace.benchmarks.process.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A line of a table: one path, or a part of it. Figures that a path has not got are NaN.
 *
 * @param label for people
 * @param first rows per second of the first pass, with everything from start to end
 * @param second the same of the second pass in the same JVMs
 * @param flow rows per second without start and end of the last pass
 * @param firstCpu CPU seconds per million rows of the path's own processes, first pass
 * @param cpu the same of the last pass
 * @param brokerCpu the broker's in the last pass
 * @param sourceCpu the source's server's in the last pass
 * @param peakMebibytes highest resident memory of the path's own processes, by role
 * @param wireMegabytes bytes in Kafka (or of COPY) per million rows
 * @param parquetMegabytes bytes of the files per million rows
 */
record Line(
    String label,
    double first,
    double second,
    double flow,
    double firstCpu,
    double cpu,
    double brokerCpu,
    double sourceCpu,
    Map<String, Long> peakMebibytes,
    double wireMegabytes,
    double parquetMegabytes) {
  private static final String BROKER = "broker";
  private static final List<String> SOURCES = List.of("postgres", "clickhouse");

  /** Servers that a user has anyway. */
  private static final Set<String> OTHERS = Set.of(BROKER, "postgres", "clickhouse");

  /** The lines of a result, in order. */
  static List<Line> of(Result result, String label) {
    List<Pass> passes = result.medians();
    boolean repeated = passes.get(0).name().equals("first");
    if (repeated) {
      return List.of(line(label, passes));
    }
    var lines = new ArrayList<Line>();
    passes.forEach(part -> lines.add(line(label + ": " + part.name(), List.of(part))));
    lines.add(sum(label + ": one after the other", passes));
    return lines;
  }

  private static Line line(String label, List<Pass> passes) {
    Pass first = passes.get(0);
    Pass last = passes.get(passes.size() - 1);
    boolean again = passes.size() > 1;
    return new Line(
        label,
        first.rowsPerSecond(),
        again ? last.rowsPerSecond() : Double.NaN,
        flow(last),
        ownCpu(first),
        again ? ownCpu(last) : Double.NaN,
        cpu(last, BROKER),
        sourceCpu(last),
        peaks(last),
        megabytes(last.wireBytes(), last.rows()),
        megabytes(last.parquetBytes(), last.rows()));
  }

  private static Line sum(String label, List<Pass> parts) {
    double seconds = parts.stream().mapToDouble(Pass::seconds).sum();
    Pass last = parts.get(parts.size() - 1);
    return new Line(
        label,
        last.rows() / seconds,
        Double.NaN,
        Double.NaN,
        parts.stream().mapToDouble(Line::ownCpu).sum(),
        Double.NaN,
        parts.stream().mapToDouble(part -> cpu(part, BROKER)).sum(),
        sourceCpu(parts.get(0)),
        Map.of(),
        megabytes(last.wireBytes(), last.rows()),
        megabytes(last.parquetBytes(), last.rows()));
  }

  /** The rate of its last pass as a whole. */
  double whole() {
    return Double.isNaN(second) ? first : second;
  }

  /** CPU seconds of its last pass. */
  double lastCpu() {
    return Double.isNaN(cpu) ? firstCpu : cpu;
  }

  private static double flow(Pass pass) {
    return pass.steadyRowsPerSecond() == null ? Double.NaN : pass.steadyRowsPerSecond();
  }

  private static double ownCpu(Pass pass) {
    return pass.processes().entrySet().stream()
            .filter(process -> !OTHERS.contains(process.getKey()))
            .mapToDouble(process -> process.getValue().cpuSeconds())
            .sum()
        * 1e6
        / pass.rows();
  }

  private static double cpu(Pass pass, String role) {
    Usage usage = pass.processes().get(role);
    return usage == null ? Double.NaN : usage.cpuSeconds() * 1e6 / pass.rows();
  }

  private static double sourceCpu(Pass pass) {
    return SOURCES.stream()
        .filter(pass.processes()::containsKey)
        .mapToDouble(role -> cpu(pass, role))
        .findFirst()
        .orElse(Double.NaN);
  }

  private static Map<String, Long> peaks(Pass pass) {
    var peaks = new TreeMap<String, Long>();
    pass.processes()
        .forEach(
            (role, usage) -> {
              if (!OTHERS.contains(role) && usage.peakMebibytes() > 0) {
                peaks.put(role, usage.peakMebibytes());
              }
            });
    return peaks;
  }

  private static double megabytes(long bytes, long rows) {
    return bytes == 0 ? Double.NaN : (double) bytes / rows;
  }
}
