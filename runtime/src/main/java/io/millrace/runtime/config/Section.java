package io.millrace.runtime.config;

import io.millrace.core.MillraceException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A part of a pipeline's file that can say where its options stand.
 *
 * @param file the file as it was named
 * @param path the part's own path within the file, empty for all of it
 * @param positions where the options of the whole file stand, by their paths
 */
public record Section(Path file, String path, Map<String, Position> positions) {
  /** The part below a key. */
  Section below(String key) {
    return new Section(file, join(path, key), positions);
  }

  /** A finding about an option of this part, named relative to it. */
  public Finding finding(String option, String message) {
    String whole = join(path, option);
    return new Finding(file, position(whole), whole, message);
  }

  /** Asks a stage; where it objects to an option, the error tells file and line of it. */
  public <T> T located(Supplier<T> stage) {
    try {
      return stage.get();
    } catch (MillraceException e) {
      throw e.key().map(option -> located(e, option)).orElse(e);
    }
  }

  /** An objection to an option of this part, with file and line of it. */
  MillraceException located(MillraceException e, String option) {
    return MillraceException.lasting(e.category(), finding(option, e.getMessage()).toString(), e);
  }

  /** An option that is not in the file stands where the keys around it do. */
  private Position position(String option) {
    String around = option;
    while (!positions.containsKey(around)) {
      int dot = around.lastIndexOf('.');
      if (dot < 0) {
        return Position.START;
      }
      around = around.substring(0, dot);
    }
    return positions.get(around);
  }

  static String join(String parent, String key) {
    return parent.isEmpty() ? key : key.isEmpty() ? parent : parent + "." + key;
  }

  @Override
  public String toString() {
    return file + (path.isEmpty() ? "" : " " + path);
  }
}
