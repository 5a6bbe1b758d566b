package io.millrace.runtime.lane;

import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.BatchHeader;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/** An attempt as far as its records have been seen, judged as a set: their order means nothing. */
final class OpenAttempt {
  private final AttemptKey key;
  private final Instant began;
  private final boolean seenFromStart;
  private final TreeMap<Integer, Integer> checksums = new TreeMap<>();
  private long rows;
  private AttemptEnd end;

  /** An attempt of which this is the first record seen; it is still to be added. */
  OpenAttempt(LaneRecord record) {
    this.key = AttemptKey.of(record.header().reading());
    this.began = record.header().reading().attempt().startedAt();
    this.seenFromStart = record.header().sequence() == 0;
  }

  AttemptKey key() {
    return key;
  }

  Instant began() {
    return began;
  }

  /** Its partition-end, if that was seen. */
  Optional<AttemptEnd> end() {
    return Optional.ofNullable(end);
  }

  /**
   * Adds a record unless its like was added before; says whether it did. A failure adds nothing,
   * and means nothing once the attempt has its end.
   */
  boolean add(LaneRecord record) {
    if (record.header() instanceof BatchHeader.PartitionFailed) {
      return end == null;
    }
    if (record.header() instanceof BatchHeader.PartitionEnd header) {
      if (end != null) {
        return false;
      }
      end = new AttemptEnd(header, record.offset(), record.leaderEpoch());
      return true;
    }
    if (checksums.putIfAbsent(record.header().sequence(), record.checksum()) != null) {
      return false;
    }
    rows += record.header().rows();
    return true;
  }

  /** Whether its end and as many batches as that announces were seen. */
  boolean whole() {
    return end != null && checksums.size() >= end.batches();
  }

  /** Whether its end was seen, and batches are missing that lie before where the lane began. */
  boolean cutOff() {
    return end != null && !whole() && !seenFromStart;
  }

  /** Why a whole attempt must not be loaded, if so. */
  Optional<String> disagreement() {
    if (!checksums.isEmpty() && checksums.lastKey() >= end.batches()) {
      return Optional.of(
          "batch %d lies beyond the end, which announces %d batches"
              .formatted(checksums.lastKey(), end.batches()));
    }
    if (rows != end.header().rows()) {
      return Optional.of(
          "its batches hold %d rows, but the source counted %d"
              .formatted(rows, end.header().rows()));
    }
    var checksum = new AttemptChecksum();
    checksums.values().forEach(checksum::add);
    if (checksum.value() != end.header().checksum()) {
      return Optional.of(
          "the checksum of its batches is %08x, but the source sent %08x"
              .formatted(checksum.value(), end.header().checksum()));
    }
    return Optional.empty();
  }
}
