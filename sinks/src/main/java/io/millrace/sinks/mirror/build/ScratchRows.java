package io.millrace.sinks.mirror.build;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of all buckets in scratch files that last as long as this. */
final class ScratchRows implements BaseRows {
  private final Path folder;
  private final Schema schema;

  private ScratchRows(Path folder, Schema schema) {
    this.folder = folder;
    this.schema = schema;
  }

  /** Where the rows of each bucket go. */
  @FunctionalInterface
  interface Outputs {
    /** Begins a bucket's file; whoever began it closes it. */
    OutputStream create(int bucket) throws IOException;
  }

  /** Writes the rows. */
  @FunctionalInterface
  interface Filling {
    /** Writes all buckets, and gives the schema that they have. */
    Schema fill(Outputs outputs) throws IOException;
  }

  /**
   * Rows as somebody writes them.
   *
   * @param scratch where their folder is made
   */
  static ScratchRows filled(Path scratch, Filling filling) throws IOException {
    Files.createDirectories(scratch);
    Path folder = Files.createTempDirectory(scratch, "mirror-");
    try {
      Schema schema =
          filling.fill(
              bucket -> new BufferedOutputStream(Files.newOutputStream(file(folder, bucket))));
      return new ScratchRows(folder, schema);
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  private static Path file(Path folder, int bucket) {
    return folder.resolve(bucket + ".arrows");
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public InputStream open(int bucket) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file(folder, bucket)));
  }

  @Override
  public void close() {
    delete(folder);
  }

  private static void delete(Path folder) {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw MillraceException.passing(
          Category.TARGET, "Cannot delete the scratch files in %s".formatted(folder), e);
    }
  }
}
