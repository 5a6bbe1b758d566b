package io.millrace.runtime.lane;

import io.millrace.core.wire.BatchHeader;

/**
 * A record as a lane sees it: all but the value.
 *
 * @param offset its place in the log
 * @param timestamp its log time, epoch milliseconds
 * @param leaderEpoch of its place in the log, -1 if unknown
 * @param header what it says of itself
 * @param checksum CRC32C of its value
 */
public record LaneRecord(
    long offset, long timestamp, int leaderEpoch, BatchHeader header, int checksum) {}
