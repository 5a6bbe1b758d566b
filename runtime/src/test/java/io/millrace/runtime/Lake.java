package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a reader finds of a pipeline. */
final class Lake {

  private Lake() {}

  /** The files that {@code millrace files} prints, with these options. */
  static List<Path> files(Path folder, Path pipeline, String... options) {
    var command = new ArrayList<>(List.of("files", pipeline.toString()));
    command.addAll(List.of(options));
    try (var files = MillraceProcess.start(folder, command.toArray(String[]::new))) {
      assertThat(files.await(PATIENCE)).as(files.err()).isZero();
      return files.out().lines().map(Path::of).toList();
    }
  }

  /** Every Parquet file below a folder that a reader of the folder would take. */
  static List<Path> visible(Path folder) {
    if (Files.notExists(folder)) {
      return List.of();
    }
    var found = new ArrayList<Path>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes any) {
              return entered.getFileName().toString().startsWith("_")
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes any) {
              if (file.toString().endsWith(".parquet")) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Collections.sort(found);
    return found;
  }

  /**
   * Asserts that the files hold the rows of the table, each as often, and that no other file is to
   * be seen.
   */
  static void assertSameRows(Path folder, Path pipeline, String jdbcUrl, String user, String table)
      throws SQLException {
    List<Path> files = files(folder, pipeline);
    assertThat(TableHash.ofFiles(files, jdbcUrl, user, table))
        .isEqualTo(TableHash.ofTable(jdbcUrl, user, table));
    assertThat(visible(folder.resolve("lake"))).hasSameElementsAs(files);
  }
}
