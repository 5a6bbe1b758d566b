package io.millrace.core.options;

/**
 * Something wrong in a configuration.
 *
 * @param path the option's place: keys and list indexes joined by dots, e.g. {@code
 *     sinks.0.compression}; empty for the whole
 * @param message what is wrong, with which value, and what to do
 */
public record Problem(String path, String message) {
  /** The same problem, seen from further out. */
  public Problem under(String parent) {
    return new Problem(join(parent, path), message);
  }

  static String join(String parent, String key) {
    return parent.isEmpty() ? key : key.isEmpty() ? parent : parent + "." + key;
  }
}
