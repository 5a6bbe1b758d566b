package io.millrace.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Looks into a ledger's folder from outside. */
final class Ledgers {
  private Ledgers() {}

  /** How many unit markers there are below a folder. */
  static long markers(Path units) {
    try (Stream<Path> files = Files.walk(units)) {
      return files.filter(file -> file.toString().endsWith(".json")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
