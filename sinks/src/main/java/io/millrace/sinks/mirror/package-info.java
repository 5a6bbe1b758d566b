/**
 * The rows of a table and the changes of one or more windows in, the table's new rows out, by key
 * bucket.
 *
 * <p>A {@link io.millrace.sinks.mirror.BucketSplitter} makes the first state of a snapshot; {@link
 * io.millrace.sinks.mirror.MirrorChanges} gathers changes, and a {@link
 * io.millrace.sinks.mirror.MirrorFold} makes of them and the state the next one. {@code Lineage}
 * knows which version of which row a value comes from. Rule: the state depends on the snapshot and
 * on the changes in the order of their positions alone; what does not fit together is an error that
 * names the position, never a guess.
 */
package io.millrace.sinks.mirror;
