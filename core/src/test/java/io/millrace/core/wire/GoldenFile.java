package io.millrace.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of {@code src/test/resources/wire}. With {@code -Dmillrace.golden=write} a file that is
 * missing is written from what the code gives; one that is there is never touched.
 */
record GoldenFile(Path path) {
  private static final Path FOLDER = Path.of("src", "test", "resources", "wire");
  private static final boolean WRITE = "write".equals(System.getProperty("millrace.golden"));

  static GoldenFile of(String name) {
    return new GoldenFile(FOLDER.resolve(name));
  }

  /** All files with this ending, by name. */
  static List<GoldenFile> ending(String ending) {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .sorted()
          .map(GoldenFile::new)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  GoldenFile beside(String ending) {
    String name = path.getFileName().toString();
    return of(name.substring(0, name.lastIndexOf('.')) + ending);
  }

  byte[] bytes() {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> lines() {
    try {
      return Files.readAllLines(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the file if it is missing and writing was asked for. */
  GoldenFile orWrite(byte[] content) {
    if (WRITE && !Files.exists(path)) {
      try {
        Files.write(path, content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return this;
  }

  /** Writes the file if it is missing and writing was asked for. */
  GoldenFile orWrite(List<String> lines) {
    return orWrite((String.join("\n", lines) + "\n").getBytes(UTF_8));
  }

  @Override
  public String toString() {
    return path.getFileName().toString();
  }
}
