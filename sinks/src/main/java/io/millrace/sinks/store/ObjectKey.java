package io.millrace.sinks.store;

/** What a key may look like, so that none can leave the root. */
public final class ObjectKey {
  private ObjectKey() {}

  /**
   * Returns the key if it is relative and none of its segments is empty or begins with a dot: those
   * are {@code .}, {@code ..} and the temporary files of {@link LocalStore}.
   *
   * @throws IllegalArgumentException if not
   */
  public static String require(String key) {
    for (String segment : key.split("/", -1)) {
      if (segment.isEmpty() || segment.startsWith(".") || segment.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "Cannot use \"%s\" as a key: no segment may be empty or begin with a dot"
                .formatted(key));
      }
    }
    return key;
  }
}
