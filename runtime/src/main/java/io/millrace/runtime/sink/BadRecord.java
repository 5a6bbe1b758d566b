package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import java.util.function.Supplier;

/** What is wrong with one record. */
final class BadRecord extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long offset;

  BadRecord(long offset, MillraceException cause) {
    super(cause.getMessage(), cause);
    this.offset = offset;
  }

  /** Its place in the log. */
  long offset() {
    return offset;
  }

  /** Does something with a record alone: bad data is that record's fault. */
  static <T> T blaming(long offset, Supplier<T> work) {
    try {
      return work.get();
    } catch (MillraceException e) {
      throw e.category() == MillraceException.Category.DATA ? new BadRecord(offset, e) : e;
    }
  }
}
