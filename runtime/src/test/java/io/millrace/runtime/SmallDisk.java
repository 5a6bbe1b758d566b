package io.millrace.runtime;

import java.nio.file.Path;

/** A disk of a few megabytes, mounted on a folder until it is closed. */
public final class SmallDisk implements AutoCloseable {
  private final Path folder;

  /** Mounts a new, empty one; the size is the kernel's to read, e.g. {@code 2m}. */
  public SmallDisk(Path folder, String size) {
    this.folder = folder;
    SystemCommand.run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString());
  }

  /** Gives it another size; what it holds stays. */
  public void resize(String size) {
    SystemCommand.run("mount", "-o", "remount,size=" + size, folder.toString());
  }

  @Override
  public void close() {
    SystemCommand.run("umount", folder.toString());
  }
}
