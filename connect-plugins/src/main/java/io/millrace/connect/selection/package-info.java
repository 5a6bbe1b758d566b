/**
 * What of a source is read: one table, several by names and patterns, or a query.
 *
 * <p>The options {@code table}, {@code tables}, {@code exclude}, {@code query} and {@code stream}
 * enter {@link io.millrace.connect.selection.Selection}; {@link
 * io.millrace.connect.selection.Relation}s leave it. Rule: each has a stream of its own, and a name
 * of a table means what the source's {@link io.millrace.connect.selection.TableNaming} says.
 */
package io.millrace.connect.selection;
