package io.millrace.runtime.config;

import io.millrace.core.MillraceException;
import java.util.List;

/**
 * A value given for one run, as if the file said so.
 *
 * @param path keys and list indexes joined by dots; a sink's name may stand for its index
 * @param value as one would write it in the file
 */
public record Setting(String path, String value) {
  /**
   * Reads {@code path=value}.
   *
   * @throws MillraceException (CONFIGURATION) if it is anything else
   */
  public static Setting parse(String text) {
    int equals = text.indexOf('=');
    String path = text.substring(0, Math.max(equals, 0)).strip();
    if (path.isEmpty() || path.startsWith(".") || path.endsWith(".") || path.contains("..")) {
      // what follows the = may be a secret
      throw MillraceException.configuration(
          "Cannot read --set \"%s\": expected path=value, such as source.tasks=8"
              .formatted(equals < 0 ? text : path + "="));
    }
    return new Setting(path, text.substring(equals + 1));
  }

  List<String> keys() {
    return List.of(path.split("\\.", -1));
  }

  @Override
  public String toString() {
    return "--set " + path;
  }
}
