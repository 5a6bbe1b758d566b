package io.millrace.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a second server off a data folder. The operating system frees the lock when its process
 * dies, however it dies, so a lock that can be taken proves that what still runs in the folder is
 * an orphan.
 */
final class FolderLock implements AutoCloseable {
  // File locks are held per process: opening and closing the file a second time would free the
  // first lock, so a second
  // try within this JVM must not reach the file at all.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Creates the folder if needed and locks it, or fails at once when a live process holds it. */
  static FolderLock take(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path real = folder.toRealPath();
    if (!HELD_HERE.add(real)) {
      throw inUse(real, "this process");
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              real.resolve("millrace.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(real, "another process");
      }
      return new FolderLock(real, channel);
    } catch (IOException | RuntimeException e) {
      HELD_HERE.remove(real);
      if (channel != null) {
        channel.close();
      }
      throw e;
    }
  }

  private static EmbeddedException inUse(Path folder, String by) {
    return new EmbeddedException(
        "Folder " + folder + " is in use by " + by + ": stop it first, or choose another folder");
  }

  /** The locked folder, as an absolute path without symbolic links. */
  Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    HELD_HERE.remove(folder);
  }
}
