package io.millrace.benchmarks.path;

import io.millrace.benchmarks.table.SourceDatabase;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * What Debezium's connector for Postgres is told, with the queue and batches that a user would find
 * for throughput.
 *
 * @param prefix of its topics
 * @param slot its replication slot
 * @param table in the schema {@code public}
 */
public record DebeziumSource(
    SourceDatabase database, String prefix, String slot, String publication, String table) {
  /** All properties. */
  public Map<String, String> properties(Map<String, String> more) {
    URI address = URI.create(database.url().substring("jdbc:".length()));
    var properties =
        new HashMap<>(
            Map.ofEntries(
                Map.entry("connector.class", "io.debezium.connector.postgresql.PostgresConnector"),
                Map.entry("tasks.max", "1"),
                Map.entry("database.hostname", address.getHost()),
                Map.entry("database.port", Integer.toString(address.getPort())),
                Map.entry("database.user", database.user()),
                Map.entry("database.password", "none"),
                Map.entry("database.dbname", "postgres"),
                Map.entry("plugin.name", "pgoutput"),
                Map.entry("slot.name", slot),
                Map.entry("publication.name", publication),
                Map.entry("topic.prefix", prefix),
                Map.entry("table.include.list", "public." + table),
                Map.entry("max.batch.size", "8192"),
                Map.entry("max.queue.size", "32768"),
                Map.entry("decimal.handling.mode", "string"),
                Map.entry("time.precision.mode", "connect")));
    properties.putAll(more);
    return properties;
  }

  /** The topic of the table. */
  public String topic() {
    return "%s.public.%s".formatted(prefix, table);
  }
}
