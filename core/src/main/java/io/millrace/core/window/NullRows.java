package io.millrace.core.window;

/** What becomes of rows that belong to no window, having NULL in the run column. */
public enum NullRows {
  /** They fail the run. */
  ERROR,
  /** They are left out. */
  SKIP
}
