package io.millrace.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.SampleRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrow in a JVM that was started without a flag of ours, as a stock Connect worker is. */
class JavaNioTest {
  @TempDir private Path folder;

  /** The JDK that runs this test, and the newest with long support where it is installed. */
  static Stream<Path> jdks() {
    return Stream.of(
            Path.of(System.getProperty("java.home")), Path.of("/usr/lib/jvm/temurin-25-jdk-amd64"))
        .filter(Files::isDirectory);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void arrowWorksOnceJavaNioIsOpen(Path jdk) throws Exception {
    assertThat(run(jdk, "open")).contains("100 rows came back");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void arrowDoesNotWorkWithoutIt(Path jdk) throws Exception {
    assertThat(run(jdk, "closed")).contains("--add-opens=java.base/java.nio");
  }

  private String run(Path jdk, String mode) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Process child =
        new ProcessBuilder(
                jdk.resolve("bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                mode)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).as("the child ended").isTrue();
    } finally {
      child.destroyForcibly();
    }
    return Files.readString(output, UTF_8);
  }

  /** Writes a batch and reads it back. */
  static final class Child {
    public static void main(String[] args) {
      if (List.of(args).contains("open")) {
        JavaNio.open();
        JavaNio.open();
      }
      try (var allocator = new RootAllocator();
          var batch = SampleRows.of(allocator, 0, 100);
          var back =
              ArrowCodec.decode(ByteBuffer.wrap(new ArrowCodec().encode(batch)), allocator)) {
        System.out.println(SampleRows.texts(back).size() + " rows came back");
      }
    }

    private Child() {}
  }
}
