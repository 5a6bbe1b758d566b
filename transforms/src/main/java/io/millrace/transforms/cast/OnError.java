package io.millrace.transforms.cast;

/** What becomes of a value that does not fit the type it shall have. */
public enum OnError {
  /** The unit fails, naming column, row and value. */
  ERROR,
  /** NULL. */
  NULL
}
