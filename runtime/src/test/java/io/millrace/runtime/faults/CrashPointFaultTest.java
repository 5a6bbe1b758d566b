package io.millrace.runtime.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.runtime.faults.FaultPoints.Point;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sink's process is halted before and after every side effect it has, and another one finishes:
 * nothing is lost, nothing is there twice, nothing is left over.
 *
 * <p>Which effects there are is seen in a process that nobody halts, so that none is forgotten.
 */
class CrashPointFaultTest {
  /** That there are at least these is known; what else is found is tested too. */
  private static final List<String> KNOWN =
      List.of(
          "create identity",
          "create open entry",
          "stage",
          "write staged file",
          "finish staged file",
          "create marker",
          "create head",
          "move staged file",
          "create published note",
          "create removed note",
          "delete published file",
          "sweep staging",
          "sweep units",
          "sweep runs",
          "sweep open",
          "delete open entry",
          "overwrite hint",
          CommitPoint.EFFECT);

  @TempDir private static Path folder;
  private static FaultBroker broker;
  private static SinkProcess.Jvm jvm;
  private static List<Point> points;

  @BeforeAll
  static void findThePoints() {
    broker = FaultBroker.start(folder.resolve("kafka"));
    Path archive = folder.resolve("classes.jsa");
    var first = SinkProcess.Jvm.in(folder);
    jvm = first.archived(archive);
    var work = new RunReadTwice(broker, folder.resolve("unharmed"), "unharmed");
    try (var sink = SinkProcess.start(first.archiving(archive), work.folder(), work.faultyFile())) {
      assertThat(work.drive(sink::running)).as(sink.log()).isTrue();
      await("the settler's next round").until(() -> effects(sink).contains("overwrite hint"));
      sink.terminate();
      points = sink.reached();
    }
    work.assertHolds();
    assertThat(points).extracting(Point::effect).containsAll(KNOWN);
  }

  private static List<String> effects(SinkProcess sink) {
    return sink.reached().stream().map(Point::effect).toList();
  }

  @AfterAll
  static void stopTheBroker() {
    broker.close();
  }

  @TestFactory
  Stream<DynamicTest> firstHits() {
    return haltedAt(points.stream().filter(point -> point.hit() == 1).toList());
  }

  @Tag("soak")
  @TestFactory
  Stream<DynamicTest> secondHits() {
    return haltedAt(points.stream().filter(point -> point.hit() == 2).toList());
  }

  private static Stream<DynamicTest> haltedAt(List<Point> chosen) {
    var cases = new AtOnce();
    chosen.forEach(point -> cases.add(point.text(), () -> haltAndFinish(point)));
    return cases.tests();
  }

  private static void haltAndFinish(Point point) {
    String name = point.text().replaceAll("[^a-z0-9]+", "-");
    var work = new RunReadTwice(broker, folder.resolve(name), name);
    try (var sink = SinkProcess.startHaltedAt(jvm, work.folder(), work.faultyFile(), point)) {
      work.drive(sink::running);
      assertThat(sink.await()).as(sink.log()).isEqualTo(FaultPoints.HALTED);
    }
    work.finish();
    work.assertHolds();
  }
}
