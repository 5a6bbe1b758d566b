/**
 * The words of a change stream that source and sink share.
 *
 * <p>A {@link io.millrace.core.change.Position} says where a change stands, {@link
 * io.millrace.core.change.KeyHash} which bucket its row belongs to, a {@link
 * io.millrace.core.change.Generation} within what both mean something. Rule: all three follow from
 * the source's log and the row's values alone, so that reading again gives the same.
 */
package io.millrace.core.change;
