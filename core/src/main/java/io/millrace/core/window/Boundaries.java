package io.millrace.core.window;

/**
 * Where windows begin on a time line: an endless row of seconds, each of them the end of a window
 * and the start of the next.
 */
interface Boundaries {
  /** The last boundary at or before a second. */
  long atOrBefore(long second);

  /** The first boundary after a second. */
  long after(long second);
}
