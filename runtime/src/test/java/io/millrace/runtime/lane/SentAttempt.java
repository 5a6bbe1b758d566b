package io.millrace.runtime.lane;

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
import java.util.Objects;

/**
 * An attempt as a source sends it: batches with ten rows each, whose value's checksum is a hash of
 * attempt and sequence.
 *
 * @param fails whether the source gives it up after the batches
 */
record SentAttempt(Reading reading, int batches, boolean fails) {
  static final RunId RUN = new RunId("2026-11-19");
  private static final long ROWS = 10;
  static final String FAILURE = "permission denied";
  private static final String SCHEMA = "0123456789abcdef";

  static PlanId plan(int number) {
    return new PlanId(1_795_000_000_000L + number, "p");
  }

  static Unit unit(int plan, String partition) {
    return new Unit(new StreamId("trips", "rides"), RUN, plan(plan), partition);
  }

  static SentAttempt of(Unit unit, String nonce, int batches) {
    var attempt = new Attempt(1, nonce, Instant.ofEpochMilli(1_795_000_000_000L));
    return new SentAttempt(
        new Reading(unit, 4, new Bounds.Everything(), attempt), batches, /* fails= */ false);
  }

  /** The same batches, and a failure instead of the end. */
  SentAttempt failing() {
    return new SentAttempt(reading, batches, /* fails= */ true);
  }

  /** The same, begun so many seconds later than others. */
  SentAttempt begun(int seconds) {
    var attempt = reading.attempt();
    var later =
        new Attempt(attempt.number(), attempt.nonce(), attempt.startedAt().plusSeconds(seconds));
    return new SentAttempt(
        new Reading(reading.unit(), reading.planSize(), reading.bounds(), later), batches, fails);
  }

  AttemptKey key() {
    return AttemptKey.of(reading);
  }

  /** The record with this sequence: a batch, or what closes the attempt after the last of them. */
  LaneRecord at(long offset, long timestamp, int sequence) {
    BatchHeader header =
        sequence < batches
            ? new BatchHeader.Data(reading, sequence, SCHEMA, ROWS)
            : fails
                ? new BatchHeader.PartitionFailed(reading, batches, SCHEMA, FAILURE)
                : end(ROWS * batches, checksum());
    return new LaneRecord(offset, timestamp, 3, header, valueChecksum(sequence));
  }

  BatchHeader.PartitionEnd end(long rows, int checksum) {
    return new BatchHeader.PartitionEnd(reading, batches, SCHEMA, rows, checksum);
  }

  int checksum() {
    var all = new AttemptChecksum();
    for (int sequence = 0; sequence < batches; sequence++) {
      all.add(valueChecksum(sequence));
    }
    return all.value();
  }

  int valueChecksum(int sequence) {
    return Objects.hash(reading.attempt().nonce(), sequence);
  }
}
