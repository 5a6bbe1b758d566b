package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.PlanId;
import io.millrace.core.ledger.RunHead;
import io.millrace.embedded.SampleTrips;
import io.millrace.runtime.faults.TcpProxy.Weather;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker and Postgres themselves are killed in the middle of the whole path. */
class ServersFaultTest {
  private static final int ROWS = 100_000;
  private static final int PARTITIONS = 24;

  /** Of each task, in bytes per second: a plan takes about 15 seconds then. */
  private static final OptionalDouble SLOW = OptionalDouble.of(50_000);

  @TempDir private Path folder;

  @Test
  void aKilledBrokerIsMadeUpForAndAKilledPostgresMeansAnotherPlan() throws SQLException {
    try (var servers = new FragileServers(folder, 1)) {
      try (Connection sql = connect(servers)) {
        SampleTrips.fill(sql, ROWS);
      }
      servers.awaitReady();
      ConnectCluster.limitProducers(servers.bootstrapServers(), SLOW);
      try (var pipeline = DeployedPipeline.in(folder, yaml(servers))) {
        pipeline.deploy();
        awaitLoaded(pipeline, 20);

        servers.killBroker();
        awaitLoaded(pipeline, 50);
        PlanId before = pipeline.plan();

        // nobody plans anew until the rows are others
        servers.toPostgres().become(Weather.REFUSING);
        servers.killPostgres();
        try (Connection sql = connect(servers)) {
          sql.createStatement().execute("UPDATE public.trips SET vendor_id = vendor_id + 1");
        }
        servers.toPostgres().become(Weather.CLEAR);
        ConnectCluster.limitProducers(servers.bootstrapServers(), OptionalDouble.empty());
        RunHead head = pipeline.awaitPublished();
        assertThat(head.plan().plan()).isGreaterThan(before);
        assertHolds(servers, pipeline);
      } catch (RuntimeException | AssertionError e) {
        servers.print();
        throw e;
      }
    }
  }

  private static Connection connect(FragileServers servers) throws SQLException {
    return DriverManager.getConnection(servers.url(), servers.user(), "");
  }

  private static String yaml(FragileServers servers) {
    return """
    name: servers
    source:
      type: postgres
      url: %s
      user: %s
      table: public.trips
      partition: {ranges: %d}
      tasks: 4
      batch_bytes: 32k
    sinks:
      - type: parquet
    kafka:
      bootstrap.servers: %s
      session.timeout.ms: 6000
      heartbeat.interval.ms: 1000
    connect:
      url: %s
    """
        .formatted(
            servers.proxiedUrl(),
            servers.user(),
            PARTITIONS,
            servers.proxiedBootstrapServers(),
            servers.workers().get(0).url());
  }

  private static void awaitLoaded(DeployedPipeline pipeline, int percent) {
    await("%d %% of the rows are loaded".formatted(percent))
        .atMost(PATIENCE)
        .until(() -> pipeline.loadedRows() >= ROWS * (percent / 100.0));
  }

  private static void assertHolds(FragileServers servers, DeployedPipeline pipeline)
      throws SQLException {
    List<Path> files = pipeline.files();
    assertThat(TableHash.ofFiles(files, servers.url(), servers.user(), SampleTrips.TABLE))
        .isEqualTo(TableHash.ofTable(servers.url(), servers.user(), SampleTrips.TABLE));
    await("nobody sees another file")
        .atMost(PATIENCE)
        .until(() -> Set.copyOf(pipeline.visibleFiles()).equals(Set.copyOf(files)));
  }
}
