package io.millrace.sinks.store.s3;

/** What can happen to a request to a store. */
public enum Fault {
  /** {@code 500 InternalError}; nothing was done. */
  ERROR,
  /** {@code 503 SlowDown}; nothing was done. */
  SLOW_DOWN,
  /** {@code 403 AccessDenied}; nothing was done. */
  DENIED,
  /** {@code 409 ConditionalRequestConflict}; nothing was done. */
  CONFLICT,
  /** {@code 200} with an error in its body; nothing was done. */
  ERROR_IN_OK,
  /** {@code 200} with nothing in its body; nothing was done. */
  EMPTY_OK,
  /** The connection ends before the request is read; nothing was done. */
  DROPPED,
  /** It was done, and {@code 500 InternalError} is the answer. */
  DONE_THEN_ERROR,
  /** It was done, and the connection ends without an answer. */
  DONE_THEN_DROPPED,
  /** It was done, and no answer comes as long as the faults are not cleared. */
  DONE_THEN_SILENT,
  /** The object of the request is gone before it is looked at; of a copy, that is its source. */
  VANISHED,
  /** The condition of the request is not heeded, as by a store that does not know it. */
  CONDITION_IGNORED
}
