package io.millrace.connect.debezium;

import io.millrace.connect.debezium.value.Unrepresentable;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.options.ByteSize;
import io.millrace.core.options.Durations;
import io.millrace.core.options.Option;
import io.millrace.core.options.Secret;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What can be said of a source that one of Debezium's connectors reads. */
public record DebeziumOptions(
    @Option(
            value =
                "The class of Debezium's connector. Its plugin has to be installed on the Connect"
                    + " workers, beside Millrace's.",
            example = "io.debezium.connector.mariadb.MariaDbConnector")
        String connectorClass,
    @Option(
            value =
                "The tables to read, each a stream named after it: database.table or schema.table,"
                    + " spelled as Debezium's events have them.",
            example = "[shop.orders, shop.customers]")
        List<String> tables,
    @Option(
            value = "The connector's properties that are no secrets, by Debezium's names.",
            example = "{database.hostname: db, database.port: 3306, database.user: ingest}")
        Map<String, String> properties,
    @Option(
            value = "The connector's properties that are secrets, by Debezium's names.",
            example = "{database.password: \"${env:MARIADB_PASSWORD}\"}")
        Map<String, Secret> secrets,
    @Option("How changes are divided into records.") Changes changes,
    @Option(
            value =
                "What becomes of a value that its Arrow type cannot hold: error stops the"
                    + " connector, null puts NULL in its place, clamp the nearest value.",
            defaultValue = "error")
        Unrepresentable onUnrepresentable,
    @Option(
            value =
                "The largest record value. The topic's max.message.bytes and the producer's"
                    + " max.request.size must allow it and 4 KiB of headers more.",
            defaultValue = "900k")
        ByteSize batchBytes) {

  /** How changes are divided into records. */
  public record Changes(
      @Option(
              value =
                  "Into how many buckets the changes of a table are divided, by the hash of the"
                      + " row's key. A table without a key has one.",
              defaultValue = "16")
          int buckets,
      @Option(
              value = "How long a change waits for others to share a record with.",
              defaultValue = "1s")
          Duration batchAge,
      @Option(
              value =
                  "How often every bucket is told how far the log was read, and how often Debezium"
                      + " tells it of a silent one; between two of these an output shows no new"
                      + " changes.",
              defaultValue = "10s")
          Duration tick) {
    private static final int MOST_BUCKETS = 1024;
    private static final Duration SHORTEST = Duration.ofMillis(10);

    public Changes {
      if (buckets < 1 || buckets > MOST_BUCKETS) {
        throw MillraceException.configuration(
            "buckets",
            "Cannot use %d buckets: 1 to %d are allowed".formatted(buckets, MOST_BUCKETS));
      }
      requireTime("batch_age", batchAge);
      requireTime("tick", tick);
    }

    private static void requireTime(String key, Duration time) {
      if (time.compareTo(SHORTEST) < 0) {
        throw MillraceException.configuration(
            key, "Cannot use %s: at least 10ms are needed".formatted(Durations.text(time)));
      }
    }
  }

  private static final long SMALLEST_BATCH = 16 << 10;
  private static final String SNAPSHOT_MODE = "snapshot.mode";
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(password|passphrase|secret|jaas).*");

  /** What Millrace sets itself, since it depends on it. */
  private static final Set<String> OURS =
      Set.of(
          "connector.class",
          "collection.include.list",
          "event.processing.failure.handling.mode",
          "field.name.adjustment.mode",
          "include.schema.changes",
          "name",
          "schema.name.adjustment.mode",
          "skipped.operations",
          "table.exclude.list",
          "table.include.list",
          "tasks.max",
          "tombstones.on.delete",
          "topic.naming.strategy",
          "topic.prefix");

  /** What stands before properties that would bring events from elsewhere, or change them. */
  private static final List<String> REFUSED =
      List.of("signal.", "transforms", "predicates", "key.converter", "value.converter");

  /** Others read tables again at a restart, and so rows twice. */
  private static final Set<String> SNAPSHOT_MODES =
      Set.of("initial", "no_data", "schema_only", "never", "recovery", "schema_only_recovery");

  /** Checks what can be checked without Debezium. */
  public DebeziumOptions {
    streams(tables);
    properties.keySet().forEach(DebeziumOptions::requireTheirs);
    secrets.keySet().forEach(DebeziumOptions::requireTheirs);
    for (String key : properties.keySet()) {
      if (SECRET.matcher(key).matches()) {
        throw MillraceException.configuration(
            "properties." + key,
            "Cannot take it from properties: it is a secret, put it under secrets");
      }
    }
    String mode = properties.getOrDefault(SNAPSHOT_MODE, "initial").toLowerCase(Locale.ROOT);
    if (!SNAPSHOT_MODES.contains(mode)) {
      throw MillraceException.configuration(
          "properties." + SNAPSHOT_MODE,
          "Cannot use \"%s\": it may read rows a second time; known are initial, no_data, never and recovery"
              .formatted(mode));
    }
    if (batchBytes.bytes() < SMALLEST_BATCH || batchBytes.bytes() > Integer.MAX_VALUE / 2) {
      throw MillraceException.configuration(
          "batch_bytes", "Cannot use %s: 16k to 1023m are allowed".formatted(batchBytes));
    }
  }

  private static void requireTheirs(String key) {
    if (OURS.contains(key) || REFUSED.stream().anyMatch(key::startsWith)) {
      throw MillraceException.configuration(
          "properties." + key, "Cannot set it: Millrace decides it itself, leave it out");
    }
  }

  /** The stream of each table, by the table's name. */
  public Map<String, String> streams() {
    return streams(tables);
  }

  private static Map<String, String> streams(List<String> tables) {
    if (tables.isEmpty()) {
      throw MillraceException.configuration(
          "tables", "Missing: what to read, such as [shop.orders]");
    }
    var streams = new LinkedHashMap<String, String>();
    for (String table : tables) {
      int dot = table.lastIndexOf('.');
      if (dot < 1) {
        throw MillraceException.configuration(
            "tables",
            "Cannot find \"%s\": expected database.table or schema.table, such as shop.orders"
                .formatted(table));
      }
      String stream = table.substring(dot + 1).toLowerCase(Locale.ROOT);
      if (streams.containsValue(StreamId.requireName("stream", stream))) {
        throw MillraceException.configuration(
            "tables",
            "Cannot read two tables as one stream \"%s\": leave one of them out".formatted(stream));
      }
      streams.put(table, stream);
    }
    return streams;
  }
}
