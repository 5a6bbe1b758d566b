package io.millrace.connect.postgres.wal;

import io.millrace.connect.postgres.column.append.Unrepresentable;

/**
 * How changes are divided into batches.
 *
 * @param buckets how many buckets a table with a key has
 * @param recordBytes the largest record value
 * @param policy what becomes of values that Arrow's types cannot hold
 */
public record ChangeSettings(int buckets, long recordBytes, Unrepresentable policy) {}
