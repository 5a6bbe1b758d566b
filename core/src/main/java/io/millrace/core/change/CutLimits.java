package io.millrace.core.change;

import io.millrace.core.MillraceException;
import java.time.Duration;

/**
 * When a bucket's changes are cut, besides where their RunInstance or their schema changes.
 *
 * @param every how much time, by the records' timestamps, a cut covers at most
 * @param bytes how many bytes of record values end a cut
 * @param rows how many rows end a cut
 */
public record CutLimits(Duration every, long bytes, long rows) {
  public CutLimits {
    if (every.isNegative() || bytes < 1 || rows < 1) {
      throw MillraceException.configuration(
          "Cannot cut changes every %s, %d bytes and %d rows: at least 1 byte and 1 row are needed"
              .formatted(every, bytes, rows));
    }
  }
}
