package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.SampleTrips;
import io.millrace.runtime.faults.TcpProxy;
import io.millrace.runtime.faults.TcpProxy.Weather;
import io.millrace.sinks.store.s3.S3TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole path from Postgres into a bucket of S3, while the networks to both cut, fall silent,
 * refuse, lag and lose answers.
 */
class BucketFaultTest {
  private static final int ROWS = 300_000;
  private static final int PARTITIONS = 24;
  private static final int LEAST_MILLIS = 300;
  private static final int MOST_MILLIS = 3_000;
  private static final List<Weather> FAULTS =
      List.of(Weather.REFUSING, Weather.SILENT, Weather.ANSWERS_LOST);

  @TempDir private Path folder;

  @Test
  void holdsTheTableWhateverTheNetworksDo() throws Exception {
    long seed = Long.getLong("millrace.seed", 1);
    System.out.println("seed " + seed);
    try (var cluster = new Cluster(folder, ROWS);
        var bucket = S3TestServer.start();
        var toPostgres = new TcpProxy();
        var toBucket = new TcpProxy()) {
      URI database = URI.create(cluster.url().substring("jdbc:".length()));
      toPostgres.leadTo(database.getPort());
      toBucket.leadTo(bucket.endpoint().getPort());
      Path pipeline = pipeline(cluster, database.getPort(), toPostgres, toBucket);
      Map<String, String> secrets = Map.of("S3_SECRET", S3TestServer.SECRET);
      try (var sink = start(secrets, "sink", pipeline.toString());
          var deploy = start(secrets, "deploy", pipeline.toString())) {
        assertThat(deploy.await(PATIENCE)).as(deploy.err()).isZero();
        // Slow enough that the faults come while the table is on its way.
        toPostgres.become(Weather.SLOW);
        await().atMost(PATIENCE).until(() -> bucket.names().stream().anyMatch(isBelow("/units/")));
        disturb(
            List.of(new Network(toPostgres, Weather.SLOW), new Network(toBucket, Weather.CLEAR)),
            new Random(seed));
        assertThat(bucket.names()).as("no fault came too late").noneMatch(isBelow("/runs/"));
        toPostgres.become(Weather.CLEAR);
        await().atMost(PATIENCE).until(() -> files(secrets, pipeline).size() == PARTITIONS);
        assertThat(sink.running()).as(sink.err()).isTrue();
      }
      List<String> files = files(secrets, pipeline);
      List<Path> copies = files.stream().map(url -> bucket.download(url, folder)).toList();
      assertThat(TableHash.ofFiles(copies, cluster.url(), cluster.user(), SampleTrips.TABLE))
          .isEqualTo(TableHash.ofTable(cluster.url(), cluster.user(), SampleTrips.TABLE));
      assertThat(bucket.names().stream().filter(name -> name.endsWith(".parquet")))
          .as("what a reader of the folder finds")
          .containsExactlyInAnyOrderElementsOf(
              files.stream().map(url -> URI.create(url).getPath().substring(1)).toList());
    }
  }

  private static Predicate<String> isBelow(String part) {
    return name -> name.contains(part);
  }

  /** A network and how it is between two faults. */
  private record Network(TcpProxy proxy, Weather usual) {}

  /**
   * Each network has each fault once, in any order, one network at a time, and until the fault has
   * done harm.
   */
  private static void disturb(List<Network> networks, Random random) {
    record Turn(Network network, Weather fault) {}
    var turns = new ArrayList<Turn>();
    networks.forEach(network -> FAULTS.forEach(fault -> turns.add(new Turn(network, fault))));
    Collections.shuffle(turns, random);
    for (Turn turn : turns) {
      TcpProxy proxy = turn.network().proxy();
      proxy.become(turn.fault());
      await(turn.fault() + " does harm")
          .pollDelay(Duration.ofMillis(LEAST_MILLIS + random.nextInt(MOST_MILLIS)))
          .atMost(PATIENCE)
          .until(proxy::isHarmful);
      proxy.become(turn.network().usual());
    }
  }

  private Path pipeline(Cluster cluster, int port, TcpProxy toPostgres, TcpProxy toBucket)
      throws IOException {
    Path file =
        cluster.pipeline("bucket", "partition: {ranges: %d}\n  tasks: 1".formatted(PARTITIONS));
    String sink =
        """
          - type: parquet
            path: s3://%s/trips/{stream}/{run}/
            s3:
              endpoint: http://127.0.0.1:%d
              access_key_id: %s
              secret_access_key: ${env:S3_SECRET}
        """
            .formatted(S3TestServer.BUCKET, toBucket.port(), S3TestServer.ACCESS_KEY);
    String text = Files.readString(file);
    String through = text.replace(":%d/".formatted(port), ":%d/".formatted(toPostgres.port()));
    return Files.writeString(file, through.replace("  - type: parquet\n", sink));
  }

  private List<String> files(Map<String, String> secrets, Path pipeline) {
    try (var files = start(secrets, "files", pipeline.toString())) {
      assertThat(files.await(PATIENCE)).as(files.err()).isZero();
      return files.out().lines().toList();
    }
  }

  private MillraceProcess start(Map<String, String> environment, String... arguments) {
    return MillraceProcess.start(folder, environment, List.of(), arguments);
  }
}
