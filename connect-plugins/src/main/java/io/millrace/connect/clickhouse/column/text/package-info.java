/**
 * Texts, bytes, UUIDs and addresses.
 *
 * <p>{@link io.millrace.connect.clickhouse.column.text.TextTypes} chooses. Rule: what leaves as
 * utf8 is UTF-8.
 */
package io.millrace.connect.clickhouse.column.text;
