package io.millrace.runtime.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Every side effect of this process passes here before and after it is had. Notes the first hits of
 * each point in a file; at the one that was asked for, the process is halted, or the thread waits.
 */
final class FaultPoints {
  /** A point and how often it is passed before something happens. */
  record Point(String effect, Side side, int hit) {
    String text() {
      return "%s %s, hit %d".formatted(side.word, effect, hit);
    }
  }

  /** On which side of an effect a point lies. */
  enum Side {
    BEFORE("before"),
    AFTER("after");

    private final String word;

    Side(String word) {
      this.word = word;
    }
  }

  /** How a process that was halted here ends. */
  static final int HALTED = 77;

  /** System properties of the process: the folder for notes, the point's text, what happens. */
  static final String FOLDER = "millrace.faults.folder";

  static final String AT = "millrace.faults.at";
  static final String HALTS = "millrace.faults.halts";

  /** Files in the folder. */
  static final String REACHED = "reached";

  static final String WAITING = "waiting";
  static final String GO_ON = "go-on";

  private static final int NOTED = 3;
  private static final Path NOTES = Path.of(System.getProperty(FOLDER, "."));
  private static final String WANTED = System.getProperty(AT, "");
  private static final boolean HALT = Boolean.getBoolean(HALTS);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Map<String, Integer> HITS = new ConcurrentHashMap<>();

  private FaultPoints() {}

  static void before(String effect) {
    pass(effect, Side.BEFORE);
  }

  static void after(String effect) {
    pass(effect, Side.AFTER);
  }

  private static void pass(String effect, Side side) {
    int hit = HITS.merge(effect + side, 1, Integer::sum);
    var point = new Point(effect, side, hit);
    try {
      if (hit <= NOTED) {
        Files.writeString(
            NOTES.resolve(REACHED),
            "%s\t%s\t%d%n".formatted(effect, side, hit),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
      if (point.text().equals(WANTED)) {
        if (HALT) {
          Runtime.getRuntime().halt(HALTED);
        }
        await();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await() throws IOException {
    Files.createFile(NOTES.resolve(WAITING));
    while (Files.notExists(NOTES.resolve(GO_ON))) {
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
