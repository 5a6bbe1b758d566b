package io.millrace.runtime.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Nonces;
import io.millrace.core.options.Secret;
import io.millrace.runtime.faults.FaultPoints.Point;
import io.millrace.runtime.faults.FaultPoints.Side;
import io.millrace.sinks.store.BucketPath;
import io.millrace.sinks.store.s3.S3Options;
import io.millrace.sinks.store.s3.S3Store;
import io.millrace.sinks.store.s3.S3TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@link CrashPointFaultTest} on S3, in a build at the points where S3 is another than a disk. */
class S3CrashPointFaultTest {
  private static final List<Point> OTHER_THAN_ON_A_DISK =
      List.of(
          new Point("write staged file", Side.AFTER, 1),
          new Point("finish staged file", Side.AFTER, 1),
          new Point("create marker", Side.AFTER, 1),
          new Point("create head", Side.AFTER, 1),
          new Point("move staged file", Side.AFTER, 1),
          new Point("delete published file", Side.AFTER, 1));

  @TempDir private static Path folder;
  private static FaultBroker broker;
  private static S3TestServer server;
  private static Path secret;
  private static SinkProcess.Jvm jvm;
  private static List<Point> points;

  @BeforeAll
  static void findThePoints() throws IOException {
    broker = FaultBroker.start(folder.resolve("kafka"));
    server = S3TestServer.start();
    secret = Files.writeString(folder.resolve("secret"), S3TestServer.SECRET);
    Path archive = folder.resolve("classes.jsa");
    var first = SinkProcess.Jvm.in(folder);
    jvm = first.archived(archive);
    RunReadTwice work = work("unharmed");
    try (var sink = SinkProcess.start(first.archiving(archive), work.folder(), work.faultyFile())) {
      assertThat(work.drive(sink::running)).as(sink.log()).isTrue();
      sink.terminate();
      points = sink.reached();
    }
    work.assertHolds();
    assertThat(points).containsAll(OTHER_THAN_ON_A_DISK);
  }

  @AfterAll
  static void stopTheServers() {
    server.close();
    broker.close();
  }

  private static RunReadTwice work(String name) {
    Path own = folder.resolve(name);
    String path = server.path(name);
    var options =
        new S3Options(
            Optional.of(server.endpoint().toString()),
            Optional.empty(),
            Optional.empty(),
            Optional.of(S3TestServer.ACCESS_KEY),
            Optional.of(new Secret(S3TestServer.SECRET)));
    var store =
        S3Store.open(
            BucketPath.parse(path),
            options,
            new Nonces(new SecureRandom()),
            InstantSource.system());
    String yaml =
        "{endpoint: '%s', access_key_id: %s, secret_access_key: '${file:%s}'}"
            .formatted(server.endpoint(), S3TestServer.ACCESS_KEY, secret);
    var target = new Target(Map.of("path", path + "{stream}/{run}/", "s3", yaml), store);
    return new RunReadTwice(
        broker, own, name, broker.bootstrapServers(), FaultBroker.CLIENT, target);
  }

  @TestFactory
  Stream<DynamicTest> firstHitsWhereS3Differs() {
    return haltedAt(OTHER_THAN_ON_A_DISK);
  }

  @Tag("soak")
  @TestFactory
  Stream<DynamicTest> allHits() {
    return haltedAt(points.stream().filter(point -> point.hit() <= 2).toList());
  }

  private static Stream<DynamicTest> haltedAt(List<Point> chosen) {
    var cases = new AtOnce();
    chosen.forEach(point -> cases.add(point.text(), () -> haltAndFinish(point)));
    return cases.tests();
  }

  private static void haltAndFinish(Point point) {
    RunReadTwice work = work(point.text().replaceAll("[^a-z0-9]+", "-"));
    try (var sink = SinkProcess.startHaltedAt(jvm, work.folder(), work.faultyFile(), point)) {
      work.drive(sink::running);
      assertThat(sink.await()).as(sink.log()).isEqualTo(FaultPoints.HALTED);
    }
    work.finishIn(jvm);
    work.assertHolds();
  }
}
