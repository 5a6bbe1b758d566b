/**
 * What an Arrow column becomes in ClickHouse: the type of the column, and whether its values fit.
 *
 * <p>A field goes into {@link io.millrace.sinks.clickhouse.type.ColumnType}, the text of a type
 * comes out. Rule: a value that ClickHouse would replace is an error.
 */
package io.millrace.sinks.clickhouse.type;
