package io.millrace.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that use what they are told to. */
class MeterIT {
  private static final Pattern DONE = Pattern.compile("(done)");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Counts in a shell of its own, which ends and is waited for. */
  private static final String BURN = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";

  @TempDir private Path folder;

  private ChildProcess bash(String script) {
    return ChildProcess.start(
        "shell", folder.resolve("shell.log"), Map.of(), List.of("bash", "-c", script));
  }

  @Test
  void aProcessIsMeasuredByItself() {
    try (ChildProcess shell = bash("read x; " + BURN + "; echo done; read x")) {
      Meter meter = Meter.start(shell);
      shell.tell("go");
      shell.awaitSaid(DONE, 1, LIMIT);
      Meter.Reading reading = meter.read();
      double used = reading.usage().get("shell").cpuSeconds();
      assertThat(used).isBetween(0.1, reading.seconds() + 0.1);
      assertThat(reading.machineSeconds()).isGreaterThanOrEqualTo(used - 0.1);
    }
  }

  @Test
  void childrenThatHaveEndedCountForATreeOnly() {
    try (ChildProcess shell = bash("read x; bash -c '" + BURN + "'; echo done; read x")) {
      Meter meter = Meter.start(shell, Metered.tree("tree", shell.pid()));
      shell.tell("go");
      shell.awaitSaid(DONE, 1, LIMIT);
      Map<String, Usage> usage = meter.read().usage();
      assertThat(usage.get("tree").cpuSeconds()).isGreaterThan(0.1);
      assertThat(usage.get("shell").cpuSeconds()).isLessThan(0.05);
    }
  }
}
