package io.millrace.runtime.config;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * Something wrong in a pipeline's file.
 *
 * @param file as it was named
 * @param position of the key at fault, or of the nearest key around it
 * @param path the option: keys and list indexes joined by dots, empty for the whole file
 * @param message what is wrong, with which value, and what to do
 */
public record Finding(Path file, Position position, String path, String message) {
  /** As one reads a file. */
  static final Comparator<Finding> IN_ORDER = Comparator.comparing(Finding::position);

  /**
   * {@code file:line:column: path: message}, which editors and CI systems make a link of; {@code
   * --set path: message} of what the command line says.
   */
  @Override
  public String toString() {
    String place = (position.inFile() ? file + ":" : "") + position + ": ";
    return place + (path.isEmpty() || path.equals(position.setting()) ? "" : path + ": ") + message;
  }
}
