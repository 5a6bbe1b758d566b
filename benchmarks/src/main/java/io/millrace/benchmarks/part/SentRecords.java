package io.millrace.benchmarks.part;

import io.millrace.core.Attempt;
import io.millrace.core.Bounds;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The headers of one attempt's records, its end included. */
final class SentRecords {
  static final int DATA = 99;
  static final int ROWS = 8192;
  private static final String SCHEMA = "0123456789abcdef";
  private static final Instant STARTED = Instant.ofEpochMilli(1_795_000_000_000L);

  private SentRecords() {}

  /** A CRC32C of a record's value: here any number. */
  static int valueChecksum(int sequence) {
    return sequence * 31;
  }

  /** Data 0 to 98, and the end. */
  static List<BatchHeader> of(int partition) {
    var unit =
        new Unit(
            new StreamId("bench", "trips"),
            RunId.SNAPSHOT,
            new PlanId(STARTED.toEpochMilli(), "0123456789abcdef"),
            "p" + partition);
    var bounds = new Bounds.Range("trip_id", "1000000", "2000000");
    var reading = new Reading(unit, 8, bounds, new Attempt(1, "fedcba9876543210", STARTED));
    var headers = new ArrayList<BatchHeader>();
    var checksum = new AttemptChecksum();
    for (int sequence = 0; sequence < DATA; sequence++) {
      headers.add(new BatchHeader.Data(reading, sequence, SCHEMA, ROWS));
      checksum.add(valueChecksum(sequence));
    }
    headers.add(
        new BatchHeader.PartitionEnd(reading, DATA, SCHEMA, (long) DATA * ROWS, checksum.value()));
    return headers;
  }
}
