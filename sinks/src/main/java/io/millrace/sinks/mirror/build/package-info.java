/**
 * Published snapshots and changes in, published versions of tables out.
 *
 * <p>{@link io.millrace.sinks.mirror.build.MirrorBuilder} is the way in. {@code Snapshots} finds
 * what a table begins with, {@code ChangeRange} what has to be folded and up to where, {@code
 * StagedBucket} writes. Rule: what is made depends on the ledger alone, so that whoever makes a
 * version makes the same rows.
 */
package io.millrace.sinks.mirror.build;
