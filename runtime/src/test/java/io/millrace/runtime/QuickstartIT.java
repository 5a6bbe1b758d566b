package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.SampleTrips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing a newcomer does, and the second and the third. */
class QuickstartIT {
  private static final Path QUICKSTART =
      Path.of("..", "configs", "quickstart.yaml").toAbsolutePath();
  private static final String COUNTS =
      "rows read 1,000,000 = rows in Kafka 1,000,000 = rows in the target 1,000,000";

  @TempDir private Path folder;

  @Test
  void runsAgainReplaceTheirOutputAlsoWithOtherPartitions() throws Exception {
    List<Path> first = run(QUICKSTART, 8);
    List<Path> second = run(QUICKSTART, 8);
    assertThat(second).doesNotContainAnyElementsOf(first);

    Path other = folder.resolve("other.yaml");
    Files.writeString(
        other,
        Files.readString(QUICKSTART)
            .replace(
                "  table: public.trips\n",
                "  table: public.trips\n  partition: {column: pickup_at, ranges: 5}\n"));
    List<Path> third = run(other, 5);
    assertThat(third).doesNotContainAnyElementsOf(second);

    Files.move(folder.resolve("lake"), folder.resolve("lost"));
    replayAll(other);
    assertThat(loaded(other)).hasSize(5);
  }

  /** Builds the output again from the topics, the source untouched. */
  private void replayAll(Path pipeline) {
    try (var replay = MillraceProcess.start(folder, "replay", pipeline.toString(), "--all")) {
      assertThat(replay.await(PATIENCE)).as(replay.err()).isZero();
      assertThat(replay.out()).contains("run snapshot, 1,000,000 rows in 5 partitions");
    }
  }

  private List<Path> run(Path pipeline, int partitions) throws SQLException {
    try (var run = MillraceProcess.start(folder, "run", pipeline.toString())) {
      assertThat(run.await(PATIENCE)).as(run.err()).isZero();
      assertThat(run.out())
          .contains(COUNTS, partitions + " partitions", partitions + " files", "peak memory");
    }
    return loaded(pipeline);
  }

  /** The files, which hold what the database does. */
  private List<Path> loaded(Path pipeline) throws SQLException {
    // The run's own database holds the table it has moved.
    try (var database = EmbeddedPostgres.start(folder.resolve(".millrace/quickstart/postgres"))) {
      Lake.assertSameRows(folder, pipeline, database.jdbcUrl(), database.user(), SampleTrips.TABLE);
    }
    return Lake.visible(folder.resolve("lake"));
  }
}
