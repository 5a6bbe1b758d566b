package io.millrace.embedded;

/**
 * An embedded server could not be started; the message names the server, its folder or address and
 * what to do.
 */
public final class EmbeddedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedException(String message) {
    super(message);
  }

  EmbeddedException(String message, Throwable cause) {
    super(message, cause);
  }
}
