package io.millrace.runtime.simulation;

/** The process is dead: nothing it was about to do is done. */
final class Crash extends Error {
  private static final long serialVersionUID = 1L;

  Crash() {
    super("crash", null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
  }
}
