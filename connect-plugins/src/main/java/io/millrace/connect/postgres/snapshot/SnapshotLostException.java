package io.millrace.connect.postgres.snapshot;

/** A plan can no longer be read to its end under its snapshot: another one is needed. */
final class SnapshotLostException extends Exception {
  private static final long serialVersionUID = 1L;

  SnapshotLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
