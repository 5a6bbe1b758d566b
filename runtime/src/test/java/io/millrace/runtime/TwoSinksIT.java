package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.SampleTrips;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes of one sink. */
class TwoSinksIT {
  private static final int ROWS = 300_000;

  @TempDir private Path folder;

  @Test
  void shareTheLanesAndTakeOverFromEachOther() throws Exception {
    try (var cluster = new Cluster(folder, ROWS);
        var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      Path pipeline = cluster.pipeline("shared", "partition: {ranges: 24}");
      try (var one = MillraceProcess.start(folder, "sink", pipeline.toString(), "--memory=512m");
          var two = MillraceProcess.start(folder, "sink", pipeline.toString(), "--memory=512m")) {
        await().atMost(PATIENCE).until(() -> lanes(admin).equals(List.of(2, 2)));
        try (var deploy = MillraceProcess.start(folder, "deploy", pipeline.toString())) {
          assertThat(deploy.await(PATIENCE)).as(deploy.err()).isZero();
        }
        await().atMost(PATIENCE).until(() -> units() > 0);
        one.terminate();
        assertThat(one.await(PATIENCE)).isEqualTo(143);
        await().atMost(PATIENCE).until(() -> lanes(admin).equals(List.of(4)));
        await().atMost(PATIENCE).until(() -> Lake.visible(folder.resolve("lake")).size() == 24);
        await().atMost(PATIENCE).until(() -> Lake.files(folder, pipeline).size() == 24);
        assertThat(two.running()).isTrue();
      }
      Lake.assertSameRows(folder, pipeline, cluster.url(), cluster.user(), SampleTrips.TABLE);
    }
  }

  /** How many lanes each member of the group has, fewest first. */
  private static List<Integer> lanes(Admin admin) throws InterruptedException {
    try {
      return admin
          .describeConsumerGroups(List.of("millrace.shared.parquet"))
          .all()
          .get()
          .values()
          .iterator()
          .next()
          .members()
          .stream()
          .map(MemberDescription::assignment)
          .map(assignment -> assignment.topicPartitions().size())
          .sorted()
          .toList();
    } catch (ExecutionException e) {
      return List.of(); // the group is not there yet
    }
  }

  /** Markers in the ledger. */
  private long units() {
    Path units = folder.resolve("lake/_millrace/shared/parquet/units");
    return units.toFile().exists() ? Ledgers.markers(units) : 0;
  }
}
