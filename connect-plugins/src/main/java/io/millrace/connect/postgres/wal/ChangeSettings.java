package io.millrace.connect.postgres.wal;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How changes are divided into batches.
 *
 * @param buckets how many buckets a table with a key has
 * @param recordBytes the largest record value
 * @param age how long a change waits for others at most, as far as {@link ChangeReader#closeAged}
 *     is called
 * @param policy what becomes of values that Arrow's types cannot hold
 * @param clock tells when a batch was opened
 */
public record ChangeSettings(
    int buckets, long recordBytes, Duration age, Unrepresentable policy, InstantSource clock) {}
