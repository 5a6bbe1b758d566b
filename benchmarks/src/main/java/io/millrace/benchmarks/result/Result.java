package io.millrace.benchmarks.result;

import io.millrace.benchmarks.process.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What measuring one path with one table gave: a result file.
 *
 * @param path the path's name
 * @param table the table's
 * @param at when it was begun
 * @param commit of the checkout; with {@code -dirty} if files differed from it
 * @param machine where
 * @param versions of the parts, by their names
 * @param settings of Millrace's pipelines beside the defaults
 * @param runs each with its passes; every run in processes of its own
 * @param medians of all runs, a pass each, computed figure by figure
 */
public record Result(
    String path,
    String table,
    Instant at,
    String commit,
    Machine machine,
    Map<String, String> versions,
    List<String> settings,
    List<List<Pass>> runs,
    List<Pass> medians) {

  /** What was asked for. */
  public record Subject(
      String path,
      String table,
      Instant at,
      String commit,
      Machine machine,
      Map<String, String> versions,
      List<String> settings) {
    /** With what came out. */
    public Result result(List<List<Pass>> runs) {
      return new Result(
          path, table, at, commit, machine, versions, settings, runs, Medians.of(runs));
    }
  }

  /** The median of the last pass, which is the steady one where there are several. */
  public Pass last() {
    return medians.get(medians.size() - 1);
  }

  /** Figures of the same pass in several runs. */
  static final class Medians {
    private Medians() {}

    static List<Pass> of(List<List<Pass>> runs) {
      var medians = new ArrayList<Pass>();
      for (Pass named : runs.get(0)) {
        medians.add(
            ofSame(
                runs.stream()
                    .flatMap(Collection::stream)
                    .filter(pass -> pass.name().equals(named.name()))
                    .toList()));
      }
      return medians;
    }

    private static Pass ofSame(List<Pass> passes) {
      Set<String> roles = new LinkedHashSet<>();
      passes.forEach(pass -> roles.addAll(pass.processes().keySet()));
      List<Double> steady =
          passes.stream().map(Pass::steadyRowsPerSecond).filter(Objects::nonNull).toList();
      return new Pass(
          passes.get(0).name(),
          passes.get(0).rows(),
          median(passes, Pass::seconds),
          steady.isEmpty() ? null : median(steady, Double::doubleValue),
          median(passes, Pass::machineSeconds),
          roles.stream()
              .collect(
                  Collectors.toMap(
                      role -> role,
                      role ->
                          new Usage(
                              median(passes, pass -> pass.processes().get(role).cpuSeconds()),
                              (long)
                                  median(
                                      passes, pass -> pass.processes().get(role).peakMebibytes())),
                      (one, other) -> one,
                      LinkedHashMap::new)),
          (long) median(passes, Pass::wireBytes),
          (long) median(passes, Pass::parquetBytes),
          delays(passes.stream().map(Pass::delays).filter(Objects::nonNull).toList()));
    }

    private static Delays delays(List<Delays> delays) {
      return delays.isEmpty()
          ? null
          : new Delays(
              median(delays, Delays::median),
              median(delays, Delays::p99),
              median(delays, Delays::most));
    }

    static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
      double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
  }
}
