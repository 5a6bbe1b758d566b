package io.millrace.sinks.store;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * What a disk refused, as an error that says what to do. A full disk counts as lasting: nothing
 * frees it but somebody who has been told, and the next start goes on where this one stopped.
 */
final class LocalFailure {
  private LocalFailure() {}

  /** The error for a failed attempt to {@code verb} a path. */
  static MillraceException of(String verb, Path path, IOException e) {
    if (e instanceof AccessDeniedException denied) {
      return MillraceException.lasting(
          Category.TARGET,
          "Cannot %s %s: permission denied%s; give user \"%s\" the right, or choose another path"
              .formatted(verb, path, at(denied, path), System.getProperty("user.name")),
          e);
    }
    String reason = reason(e);
    if (reason.contains("No space left") || reason.contains("quota")) {
      return MillraceException.lasting(
          Category.TARGET,
          "Cannot %s %s: the disk is full (%s); free space there, or choose another path"
              .formatted(verb, path, reason),
          e);
    }
    return MillraceException.passing(
        Category.TARGET,
        "Cannot %s %s: %s; see to that disk, or choose another path".formatted(verb, path, reason),
        e);
  }

  private static String reason(IOException e) {
    if (e instanceof NotDirectoryException n) {
      return n.getFile() + " is not a folder";
    } else if (e instanceof FileAlreadyExistsException) {
      return "it is there already";
    } else if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String at(FileSystemException e, Path path) {
    return e.getFile() == null || e.getFile().equals(path.toString()) ? "" : " at " + e.getFile();
  }
}
