package io.millrace.runtime.faults;

import static io.millrace.core.Patience.PATIENCE;

import io.millrace.core.stage.SinkType;
import io.millrace.runtime.cli.Main;
import io.millrace.runtime.faults.FaultPoints.Point;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * {@code millrace sink} in a JVM of its own whose class path also has {@link FaultSinkType}: halted
 * or kept waiting at one {@link Point}, and open to signals.
 */
final class SinkProcess implements AutoCloseable {
  private static final List<Class<?>> OURS =
      List.of(FaultSinkType.class, FaultStore.class, FaultPoints.class, CommitPoint.class);

  /**
   * What all processes of a test share.
   *
   * @param classPath our few classes in a jar, and the distribution
   * @param flags flags of the JVM
   */
  record Jvm(List<Path> classPath, List<String> flags) {
    static Jvm in(Path folder) {
      try {
        Path jar = folder.resolve("faults.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
          out.putNextEntry(new JarEntry("META-INF/services/" + SinkType.class.getName()));
          out.write(FaultSinkType.class.getName().getBytes(StandardCharsets.UTF_8));
          for (Class<?> type : OURS) {
            addWithNested(type, out);
          }
        }
        var classPath = new ArrayList<>(List.of(jar));
        try (Stream<Path> jars = Files.list(Path.of("target", "millrace", "lib"))) {
          jars.map(Path::toAbsolutePath).sorted().forEach(classPath::add);
        }
        return new Jvm(classPath, List.of());
      } catch (IOException | URISyntaxException e) {
        throw new IllegalStateException("Build the whole checkout first: mvn package", e);
      }
    }

    /** One that leaves its classes in an archive when it ends in order. */
    Jvm archiving(Path archive) {
      return new Jvm(classPath, List.of("-XX:ArchiveClassesAtExit=" + archive));
    }

    /** One that has its classes from there, and starts in half the time. */
    Jvm archived(Path archive) {
      return new Jvm(classPath, List.of("-XX:SharedArchiveFile=" + archive));
    }

    private static void addWithNested(Class<?> type, JarOutputStream out)
        throws IOException, URISyntaxException {
      Path root = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path file = root.resolve(type.getName().replace('.', '/') + ".class");
      String name = type.getSimpleName();
      try (Stream<Path> files = Files.list(file.getParent())) {
        for (Path each : files.toList()) {
          if (each.getFileName().toString().matches(name + "(\\$.*)?\\.class")) {
            out.putNextEntry(new JarEntry(root.relativize(each).toString()));
            Files.copy(each, out);
          }
        }
      }
    }

    private List<String> command() {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "--add-opens=java.base/java.nio=ALL-UNNAMED",
              "-Xlog:disable",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Xmx224m",
              "-cp",
              String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList())));
      command.addAll(flags);
      return command;
    }
  }

  private final Process process;
  private final Path notes;
  private final Path log;

  private SinkProcess(Process process, Path notes, Path log) {
    this.process = process;
    this.notes = notes;
    this.log = log;
  }

  /** Starts one that only notes which points it reaches. */
  static SinkProcess start(Jvm jvm, Path folder, Path pipeline) {
    return start(jvm, folder, pipeline, List.of());
  }

  /** Starts one that is halted at the point. */
  static SinkProcess startHaltedAt(Jvm jvm, Path folder, Path pipeline, Point point) {
    return start(
        jvm,
        folder,
        pipeline,
        List.of(property(FaultPoints.AT, point.text()), property(FaultPoints.HALTS, "true")));
  }

  /** Starts one of whose threads the first to reach the point waits there for {@link #goOn}. */
  static SinkProcess startWaitingAt(Jvm jvm, Path folder, Path pipeline, Point point) {
    return start(jvm, folder, pipeline, List.of(property(FaultPoints.AT, point.text())));
  }

  private static String property(String name, String value) {
    return "-D%s=%s".formatted(name, value);
  }

  private static SinkProcess start(Jvm jvm, Path folder, Path pipeline, List<String> properties) {
    try {
      Path notes = Files.createTempDirectory(folder, "points");
      Path log = notes.resolve("log");
      List<String> command = jvm.command();
      command.addAll(properties);
      command.add(property(FaultPoints.FOLDER, notes.toString()));
      command.addAll(List.of(Main.class.getName(), "sink", pipeline.toString()));
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new SinkProcess(process, notes, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every point that was passed so far, in order. */
  List<Point> reached() {
    try {
      return Files.readAllLines(notes.resolve(FaultPoints.REACHED)).stream()
          .map(line -> line.split("\t", -1))
          .map(t -> new Point(t[0], FaultPoints.Side.valueOf(t[1]), Integer.parseInt(t[2])))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean running() {
    return process.isAlive();
  }

  /** Whether a thread waits at the point. */
  boolean waiting() {
    return Files.exists(notes.resolve(FaultPoints.WAITING));
  }

  /** Lets the waiting thread go on. */
  void goOn() {
    try {
      Files.createFile(notes.resolve(FaultPoints.GO_ON));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends {@code STOP}, {@code CONT} and so on. */
  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for its end and gives its exit code. */
  int await() {
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("%s did not end:%n%s".formatted(process, log()));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends it in order. */
  void terminate() {
    process.destroy();
    await();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
