/**
 * What sources of changes have in common once their rows are batches: records out, in chains.
 *
 * <p>{@link io.millrace.connect.change.BucketChains} knows how far the records of a stream's
 * buckets have come, {@link io.millrace.connect.change.CommitWindows} which run they belong to, and
 * {@link io.millrace.connect.change.ChangeRecords} makes Connect's records of batches and ticks;
 * {@link io.millrace.connect.change.ChainOffsets} is what their offsets say whatever the source.
 * Rule: a record's offset is the checkpoint that holds once it is delivered.
 */
package io.millrace.connect.change;
