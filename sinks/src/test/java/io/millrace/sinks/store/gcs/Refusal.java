package io.millrace.sinks.store.gcs;

/** An answer other than success. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  final int status;

  Refusal(int status, String message) {
    super(message);
    this.status = status;
  }
}
