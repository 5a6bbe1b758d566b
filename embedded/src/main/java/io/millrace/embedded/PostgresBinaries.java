package io.millrace.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder in which Postgres's binaries stay unpacked between starts. Each user has its own,
 * since root's would be closed to others and theirs not to be trusted by root.
 */
final class PostgresBinaries {
  // zonky writes this file into the folder it has unpacked when the folder is complete.
  private static final String COMPLETE = ".exists";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private PostgresBinaries() {}

  /** A step that unpacks the binaries into the cache folder unless they are there. */
  interface Unpacking<T> {
    T in(Path cache) throws IOException;
  }

  /**
   * Runs the step, one process at a time, after removing what a process that was killed while
   * unpacking has left: zonky would take its half-written files for whole ones.
   */
  static synchronized <T> T use(Unpacking<T> step) throws IOException {
    Path cache = cacheFolder();
    try (var channel =
            FileChannel.open(
                cache.resolve("unpack.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      for (Path folder : incomplete(cache)) {
        Folders.delete(folder);
      }
      return step.in(cache);
    }
  }

  /** A folder below one that only this user can enter, since zonky lets everyone write to it. */
  private static Path cacheFolder() throws IOException {
    var privateFolders =
        List.of(
            Path.of(System.getProperty("user.home"), ".cache", "millrace-postgres"),
            Path.of(
                System.getProperty("java.io.tmpdir"),
                "millrace-postgres-" + System.getProperty("user.name")));
    for (Path folder : privateFolders) {
      if (isPrivate(folder)) {
        return Files.createDirectories(folder.resolve("unpacked"));
      }
    }
    throw new IOException(
        "Cannot unpack Postgres: none of " + privateFolders + " can be written by this user alone");
  }

  private static boolean isPrivate(Path folder) {
    try {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      return Files.isWritable(folder) && Files.getPosixFilePermissions(folder).equals(OWNER_ONLY);
    } catch (IOException e) {
      return false; // no home, or someone else's
    }
  }

  private static List<Path> incomplete(Path cache) throws IOException {
    try (Stream<Path> entries = Files.list(cache)) {
      return entries
          .filter(Files::isDirectory)
          .filter(folder -> Files.notExists(folder.resolve(COMPLETE)))
          .toList();
    }
  }
}
