package io.millrace.connect.postgres.column.append;

/**
 * How the text of a value (that of its type's output function, in the settings of our sessions)
 * becomes the bytes that an appender of its column takes: those the value's send function gives, or
 * what the snapshot selects instead. So there is one appender, whichever way a value came.
 */
@FunctionalInterface
public interface TextForm {
  /** The text itself is what the appender takes. */
  TextForm SAME = (text, from, to, out) -> out.put(text, from, to - from);

  /** Nobody knows how; the server has to send the value in binary. */
  TextForm UNKNOWN =
      (text, from, to, out) -> {
        throw new IllegalArgumentException(
            "nobody can read this type's text; have the server send it in binary");
      };

  /**
   * Writes the bytes of one value that is not NULL, without their length.
   *
   * @throws IllegalArgumentException if the text is not one of the type
   * @throws IndexOutOfBoundsException if it ends too early
   * @throws ArithmeticException if a number in it is too large
   * @throws java.time.DateTimeException if there is no such day
   */
  void write(byte[] text, int from, int to, SentBytes out);
}
