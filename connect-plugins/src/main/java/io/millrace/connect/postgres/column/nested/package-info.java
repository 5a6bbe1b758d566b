/**
 * Values with values inside, and the types of extensions, most of which are such.
 *
 * <p>{@link io.millrace.connect.postgres.column.nested.ListAppender} and {@link
 * io.millrace.connect.postgres.column.nested.StructAppender} point a chunk of their own at the
 * bytes of what is inside, and feed it to an appender of that. Rule: an error names the very
 * element, and no length inside a value leads out of it.
 */
package io.millrace.connect.postgres.column.nested;
