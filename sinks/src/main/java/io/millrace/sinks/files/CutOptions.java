package io.millrace.sinks.files;

import io.millrace.core.MillraceException;
import io.millrace.core.change.CutLimits;
import io.millrace.core.options.ByteSize;
import io.millrace.core.options.Option;
import java.time.Duration;

/** The options of {@code cut}. */
record CutOptions(
    @Option(
            value =
                "How much time, by the records' timestamps, a bucket's file covers at most: the"
                    + " longest that a change waits, besides the source's tick. 0s makes a file of"
                    + " every record.",
            defaultValue = "1m")
        Duration every,
    @Option(
            value = "A bucket's file also ends with so many bytes of records, as they come.",
            defaultValue = "32m")
        ByteSize bytes,
    @Option(value = "A bucket's file also ends with so many changes.", defaultValue = "1000000")
        int rows) {
  CutOptions {
    if (every.isNegative()) {
      throw MillraceException.configuration(
          "every", "Cannot cut changes every %s: use 0s or more".formatted(every));
    }
    if (bytes.bytes() < 1) {
      throw MillraceException.configuration(
          "bytes", "Cannot cut changes at %s: use at least 1 byte".formatted(bytes));
    }
    if (rows < 1) {
      throw MillraceException.configuration(
          "rows", "Cannot cut changes at %d rows: use at least 1".formatted(rows));
    }
  }

  CutLimits limits() {
    return new CutLimits(every, bytes.bytes(), rows);
  }
}
