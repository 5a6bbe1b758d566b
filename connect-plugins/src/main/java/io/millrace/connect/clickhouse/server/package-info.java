/**
 * A ClickHouse server, as a source sees it: what it is asked, and what it answers.
 *
 * <p>{@link io.millrace.connect.clickhouse.server.ClickHouseSession} sends SQL over HTTP(S) by
 * ClickHouse's own client; {@link io.millrace.connect.clickhouse.server.Catalog} asks what there is
 * to read. Rule: whatever goes wrong leaves as a MillraceException that says whether trying again
 * helps ({@link io.millrace.connect.clickhouse.server.ServerFault}).
 */
package io.millrace.connect.clickhouse.server;
