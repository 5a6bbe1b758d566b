package io.millrace.connect.round;

/** What becomes of a run that cannot be read. */
public enum OnFailure {
  /** The task fails with it. */
  FAIL,
  /** It is given up, the others are read. */
  GIVE_UP
}
