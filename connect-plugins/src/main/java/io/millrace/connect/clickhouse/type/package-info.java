/**
 * ClickHouse's type texts, such as {@code Array(Nullable(DateTime64(3, 'UTC')))}, as trees.
 *
 * <p>Text enters {@link io.millrace.connect.clickhouse.type.TypeParser}, a {@link
 * io.millrace.connect.clickhouse.type.DataType} leaves. Rule: nothing here knows what a type
 * becomes.
 */
package io.millrace.connect.clickhouse.type;
