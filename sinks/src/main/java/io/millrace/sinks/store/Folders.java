package io.millrace.sinks.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Folders that come when a file needs them and go with their last one, durably. */
final class Folders {
  private Folders() {}

  /** Makes the folder and those above it. */
  static void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      make(parent);
    }
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      // One look, which fails as a missing file does if somebody has removed it again.
      if (!Files.readAttributes(folder, BasicFileAttributes.class).isDirectory()) {
        throw new NotDirectoryException(folder.toString());
      }
    }
    if (parent != null) {
      sync(parent);
    }
  }

  /** Makes the names in a folder durable; a folder that is gone has none. */
  static void sync(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (NoSuchFileException e) {
      // its last file was deleted by somebody else, and the folder with it
    }
  }

  /**
   * Removes the folder and those above it, below {@code root}, as long as they are empty: listing
   * what is left must not grow with what once was there.
   */
  static void prune(Path folder, Path root) throws IOException {
    for (Path f = folder; f.startsWith(root) && !f.equals(root); f = f.getParent()) {
      try {
        Files.deleteIfExists(f);
      } catch (FileSystemException e) {
        return; // not empty, or not ours to remove
      }
      sync(f.getParent());
    }
  }
}
