package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.PlanId;
import io.millrace.core.ledger.RunHead;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.SampleTrips;
import io.millrace.runtime.connect.ConnectClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two stock workers of Kafka Connect, of the oldest version supported and of ours, a broker and a
 * sink, each a process of its own: what is killed in the middle loses no row and doubles none.
 *
 * <p>The table is changed while it is read, in rows of every Partition. A kept plan must show the
 * table as it was, a new one the table as it is, and nothing may show both.
 */
class ConnectClusterFaultTest {
  private static final int ROWS = 300_000;
  private static final int PARTITIONS = 48;

  /** Of each task: a plan takes more than half a minute then. */
  private static final OptionalDouble SLOW = OptionalDouble.of(50_000);

  private static EmbeddedPostgres postgres;
  private static Connection sql;
  private static ConnectCluster cluster;

  private DeployedPipeline pipeline;

  @RegisterExtension
  final AfterTestExecutionCallback logs =
      context -> context.getExecutionException().ifPresent(e -> printLogs());

  @BeforeAll
  static void startServers(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"), Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    SampleTrips.fill(sql, ROWS);
    cluster = ConnectCluster.start(folder);
  }

  @AfterAll
  static void stopServers() throws SQLException {
    if (cluster != null) {
      cluster.close();
    }
    sql.close();
    postgres.close();
  }

  @BeforeEach
  void slowDown() {
    cluster.awaitReady();
    cluster.limitProducers(SLOW);
  }

  @AfterEach
  void removePipeline() {
    if (pipeline != null) {
      pipeline.close();
      new ConnectClient(cluster.url()).delete(pipeline.connector());
    }
  }

  @Test
  void aKilledWorkerAndAKilledSinkAreMadeUpForWithinTheSamePlan(@TempDir Path folder)
      throws SQLException {
    TableHash before = table();
    deploy("kills", folder);
    awaitLoaded(20);
    PlanId plan = pipeline.plan();
    changeTheTable();

    midway(cluster.withTasksOnly(pipeline.connector())::kill);
    cluster.startWorkers();
    awaitLoaded(40);
    midway(pipeline::killSink);
    pipeline.startSink();
    cluster.limitProducers(OptionalDouble.empty());

    RunHead head = pipeline.awaitPublished();
    assertThat(head.plan().plan()).isEqualTo(plan);
    assertThat(cluster.attempts(pipeline.topic()).values())
        .as("the nonces of each unit")
        .hasSize(PARTITIONS)
        .anySatisfy(nonces -> assertThat(nonces).hasSizeGreaterThan(1));
    assertHolds(before, head);
    assertThat(table()).isNotEqualTo(before);
  }

  @Test
  void aLostExporterAndAKilledConnectorEachMeanAnotherPlan(@TempDir Path folder)
      throws SQLException {
    deploy("plans", folder);
    awaitLoaded(25);
    PlanId first = pipeline.plan();
    changeTheTable();

    midway(() -> terminateTheExporter(first));
    PlanId second = awaitPlanAfter(first);
    awaitLoaded(25);
    changeTheTable();
    midway(cluster.withConnector(pipeline.connector())::kill);
    cluster.startWorkers();
    PlanId third = awaitPlanAfter(second);
    cluster.limitProducers(OptionalDouble.empty());

    RunHead head = pipeline.awaitPublished();
    assertThat(head.plan().plan()).isEqualTo(third);
    assertHolds(table(), head);
  }

  private void deploy(String name, Path folder) {
    pipeline =
        DeployedPipeline.in(
            folder,
            """
            name: %s
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
                    name,
                    postgres.jdbcUrl(),
                    postgres.user(),
                    PARTITIONS,
                    cluster.bootstrapServers(),
                    cluster.url()));
    pipeline.deploy();
  }

  private static TableHash table() throws SQLException {
    return TableHash.ofTable(postgres.jdbcUrl(), postgres.user(), SampleTrips.TABLE);
  }

  private static void changeTheTable() throws SQLException {
    try (Statement statement = sql.createStatement()) {
      int changed =
          statement.executeUpdate(
              "UPDATE public.trips SET vendor_id = vendor_id + 1 WHERE trip_id % 100 = 0");
      assertThat(changed).isEqualTo(ROWS / 100);
    }
  }

  private static void terminateTheExporter(PlanId plan) {
    String exporters =
        """
        SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE application_name = 'millrace plans snapshot %s'\
        """
            .formatted(plan);
    try (Statement statement = sql.createStatement();
        ResultSet terminated = statement.executeQuery(exporters)) {
      terminated.next();
      assertThat(terminated.getInt(1)).as("exporting sessions").isEqualTo(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitLoaded(int percent) {
    await("%d %% of the rows are loaded".formatted(percent))
        .atMost(PATIENCE)
        .until(() -> pipeline.loadedRows() >= ROWS * (percent / 100.0));
  }

  /** Does it between 20 and 80 % of the rows, by what the ledger says before and after. */
  private void midway(Runnable killing) {
    long before = pipeline.loadedRows();
    killing.run();
    long after = pipeline.loadedRows();
    assertThat(List.of(before, after))
        .as("rows before and after")
        .allSatisfy(rows -> assertThat(rows).isBetween(ROWS / 5L, ROWS * 4L / 5));
  }

  private PlanId awaitPlanAfter(PlanId earlier) {
    return await("a plan after " + earlier)
        .atMost(PATIENCE)
        .until(pipeline::plan, plan -> plan.compareTo(earlier) > 0);
  }

  private void assertHolds(TableHash expected, RunHead head) throws SQLException {
    assertThat(head.units()).isEqualTo(PARTITIONS);
    assertThat(head.sourceRows()).isEqualTo(ROWS);
    List<Path> files = pipeline.files();
    assertThat(TableHash.ofFiles(files, postgres.jdbcUrl(), postgres.user(), SampleTrips.TABLE))
        .isEqualTo(expected);
    await("nobody sees another file")
        .atMost(PATIENCE)
        .until(() -> Set.copyOf(pipeline.visibleFiles()).equals(Set.copyOf(files)));
  }

  private void printLogs() {
    cluster.print();
    if (pipeline != null) {
      pipeline.print();
    }
  }
}
