package io.millrace.benchmarks.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.benchmarks.process.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  @TempDir private Path folder;

  private static Pass pass(String name, double seconds, double cpu) {
    return new Pass(
        name,
        1_000_000,
        seconds,
        null,
        10,
        Map.of("worker", new Usage(cpu, 300), "broker", new Usage(1, 400)),
        20_000_000,
        10_000_000);
  }

  private static Result result(String path, Instant at, List<List<Pass>> runs) {
    return new Result.Subject(
            path,
            "trips",
            at,
            "0123456789ab",
            new Machine("a processor", 2, 24_000, "Linux", "a JVM"),
            Map.of("Kafka", "4.3.1"),
            List.of())
        .result(runs);
  }

  @Test
  void mediansAreTakenFigureByFigure() {
    Result result =
        result(
            "millrace",
            NOW,
            List.of(
                List.of(pass("first", 9, 1), pass("second", 2, 7)),
                List.of(pass("first", 8, 3), pass("second", 3, 5)),
                List.of(pass("first", 7, 2), pass("second", 4, 6))));
    assertThat(result.medians()).extracting(Pass::name).containsExactly("first", "second");
    assertThat(result.medians()).extracting(Pass::seconds).containsExactly(8.0, 3.0);
    assertThat(result.last().processes().get("worker").cpuSeconds()).isEqualTo(6.0);
  }

  @Test
  void anEvenNumberOfRunsHasAMedianBetweenTheTwoInTheMiddle() {
    Result result =
        result("spark", NOW, List.of(List.of(pass("first", 4, 1)), List.of(pass("first", 5, 2))));
    assertThat(result.last().seconds()).isEqualTo(4.5);
  }

  @Test
  void aFileComesBackAsItWas() {
    var files = new ResultFiles(folder);
    Result result = result("millrace", NOW, List.of(List.of(pass("first", 9, 1).steady(5))));
    assertThat(files.write(result)).hasFileName("trips.millrace-2026-11-20.json");
    assertThat(files.newest()).containsExactly(Map.entry("trips", List.of(result)));
  }

  @Test
  void theNewestOfEachPathCounts() {
    var files = new ResultFiles(folder);
    files.write(result("spark", NOW, List.of(List.of(pass("first", 9, 1)))));
    Result later = result("spark", NOW.plusSeconds(86_400), List.of(List.of(pass("first", 5, 1))));
    files.write(later);
    assertThat(files.newest()).containsExactly(Map.entry("trips", List.of(later)));
  }

  @Test
  void aLineSaysWhatIsOursAndWhatIsTheBrokers() {
    Line line =
        Line.of(
                result(
                    "millrace", NOW, List.of(List.of(pass("first", 4, 3), pass("second", 2, 2)))),
                "Millrace")
            .get(0);
    assertThat(line.first()).isEqualTo(250_000);
    assertThat(line.second()).isEqualTo(500_000);
    assertThat(line.whole()).isEqualTo(500_000);
    assertThat(line.firstCpu()).isEqualTo(3);
    assertThat(line.lastCpu()).isEqualTo(2);
    assertThat(line.brokerCpu()).isEqualTo(1);
    assertThat(line.wireMegabytes()).isCloseTo(20, within(1e-9));
    assertThat(line.peakMebibytes()).containsExactly(Map.entry("worker", 300L));
  }

  @Test
  void partsOfAPathAreAddedUp() {
    List<Line> lines =
        Line.of(
            result("peers", NOW, List.of(List.of(pass("source", 4, 3), pass("sink", 6, 2)))),
            "Peers");
    assertThat(lines)
        .extracting(Line::label)
        .containsExactly("Peers: source", "Peers: sink", "Peers: one after the other");
    assertThat(lines.get(2).whole()).isEqualTo(100_000);
    assertThat(lines.get(2).lastCpu()).isEqualTo(5);
    assertThat(lines.get(2).brokerCpu()).isEqualTo(2);
  }

  @Test
  void thePageHasALineForEachPathAndAChart() throws Exception {
    var files = new ResultFiles(folder);
    files.write(result("copy", NOW, List.of(List.of(pass("first", 4, 3), pass("second", 1, 2)))));
    files.write(
        result("millrace", NOW, List.of(List.of(pass("first", 4, 3), pass("second", 2, 2)))));
    Path page = folder.resolve("page.md");
    Report.ofPaths(files, page).write();
    assertThat(Files.readString(page))
        .contains("| Millrace: Connect worker and sink | 250,000 | 500,000 |  | 50 % |")
        .contains("](trips.svg)");
    assertThat(Files.readString(folder.resolve("trips.svg")))
        .contains("class=\"ours\"")
        .contains(">500,000<");
  }
}
