package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.SampleTrips;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of a run. */
class InterruptIT {
  private static final int ROWS = 600_000;
  private static final int PARTITIONS = 100;

  /** What a shell starts in the background ignores Ctrl-C, and so do its children: not this one. */
  private static final List<String> INTERRUPTIBLE = List.of("env", "--default-signal=INT");

  @TempDir private Path folder;

  @Test
  void stopsInOrderAndTheNextStartGoesOn() throws Exception {
    try (var cluster = new Cluster(folder, ROWS)) {
      Path pipeline =
          cluster.pipeline("stopped", "tasks: 1\n  partition: {ranges: %d}".formatted(PARTITIONS));
      try (var run =
          MillraceProcess.start(folder, Map.of(), INTERRUPTIBLE, "run", pipeline.toString())) {
        Path units = folder.resolve("lake/_millrace/stopped/parquet/units");
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> units.toFile().exists() && Ledgers.markers(units) > 0);
        run.interrupt();
        assertThat(run.await(PATIENCE)).as(run.err()).isEqualTo(130);
        assertThat(Ledgers.markers(units)).isLessThan(PARTITIONS);
        assertThat(Lake.visible(folder.resolve("lake"))).isEmpty();
      }
      try (var run = MillraceProcess.start(folder, "run", pipeline.toString())) {
        assertThat(run.await(PATIENCE)).as(run.err()).isZero();
        assertThat(run.err()).contains("Going on with an unfinished run");
      }
      Lake.assertSameRows(folder, pipeline, cluster.url(), cluster.user(), SampleTrips.TABLE);
    }
  }
}
