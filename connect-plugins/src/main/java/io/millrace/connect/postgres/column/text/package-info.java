/**
 * Text, bytes, JSON and UUIDs: values that are copied as they come.
 *
 * <p>{@link io.millrace.connect.postgres.column.text.TextTypes} chooses, and has the type of
 * everything else, too: the server's own text of it.
 */
package io.millrace.connect.postgres.column.text;
