package io.millrace.sinks.files;

/** What readers see of a source that sends changes. */
enum Output {
  /** Snapshots, and every change in order. */
  CHANGES,
  /** Each table as of the end of the last run. */
  MIRROR
}
