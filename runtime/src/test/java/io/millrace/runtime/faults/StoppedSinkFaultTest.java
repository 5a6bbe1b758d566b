package io.millrace.runtime.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.runtime.SmallDisk;
import io.millrace.runtime.faults.FaultPoints.Point;
import io.millrace.runtime.faults.FaultPoints.Side;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A sink's process that waits just before a side effect while the world around it changes. */
class StoppedSinkFaultTest {
  private static final int FAILED = 1;

  @TempDir private static Path folder;
  private static FaultBroker broker;
  private static SinkProcess.Jvm jvm;

  @BeforeAll
  static void startTheBroker() {
    broker = FaultBroker.start(folder.resolve("kafka"));
    jvm = SinkProcess.Jvm.in(folder);
  }

  @AfterAll
  static void stopTheBroker() {
    broker.close();
  }

  /** Each: with SIGSTOP for longer than the session, SIGCONT when another has done all the work. */
  @TestFactory
  Stream<DynamicTest> aZombieDoesNoHarm() {
    var cases = new AtOnce();
    Stream.of(
            new Point("finish staged file", Side.BEFORE, 1),
            new Point("create marker", Side.BEFORE, 1),
            new Point("move staged file", Side.BEFORE, 2))
        .forEach(point -> cases.add(point.text(), () -> stopAndContinue(point)));
    return cases.tests();
  }

  private static void stopAndContinue(Point point) {
    String name = "zombie-" + point.effect().replace(' ', '-');
    var work = new RunReadTwice(broker, folder.resolve(name), name);
    try (var zombie = SinkProcess.startWaitingAt(jvm, work.folder(), work.faultyFile(), point)) {
      work.drive(() -> zombie.running() && !zombie.waiting());
      assertThat(zombie.waiting()).as(zombie.log()).isTrue();
      zombie.signal("STOP");

      work.finish();
      work.assertHolds();

      zombie.signal("CONT");
      zombie.goOn();
      await("the zombie has had its effect")
          .until(
              () -> zombie.reached().contains(new Point(point.effect(), Side.AFTER, point.hit())));
      zombie.terminate();
    }
    work.assertHolds();
  }

  /** Until somebody frees it; the process says what is the matter and ends. */
  @TestFactory
  Stream<DynamicTest> aFullDiskEndsTheSinkAndTheNextOneGoesOn() {
    var cases = new AtOnce();
    Stream.of("finish staged file", "create marker", "create head", "move staged file")
        .forEach(effect -> cases.add("before " + effect, () -> fillAndFree(effect)));
    return cases.tests();
  }

  private static void fillAndFree(String effect) throws IOException {
    String name = "full-" + effect.replace(' ', '-');
    var work = new RunReadTwice(broker, folder.resolve(name), name);
    Path lake = Files.createDirectory(work.folder().resolve("lake"));
    try (var disk = new SmallDisk(lake, "2m");
        var sink =
            SinkProcess.startWaitingAt(
                jvm, work.folder(), work.faultyFile(), new Point(effect, Side.BEFORE, 1))) {
      work.drive(() -> sink.running() && !sink.waiting());
      assertThat(sink.waiting()).as(sink.log()).isTrue();
      fill(lake.resolve("filler"));

      sink.goOn();
      assertThat(sink.await()).as(sink.log()).isEqualTo(FAILED);
      assertThat(sink.log()).contains("the disk is full");

      disk.resize("4m");
      work.finish();
      work.assertHolds();
    }
  }

  private static void fill(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      var block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }
}
