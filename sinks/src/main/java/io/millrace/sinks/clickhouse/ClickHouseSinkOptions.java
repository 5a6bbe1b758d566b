package io.millrace.sinks.clickhouse;

import io.millrace.core.MillraceException;
import io.millrace.core.options.ByteSize;
import io.millrace.core.options.Option;
import io.millrace.core.options.Secret;
import io.millrace.sinks.clickhouse.server.ServerAddress;
import io.millrace.sinks.clickhouse.type.ValueLimits.NullContainers;
import io.millrace.sinks.files.LakeStore;
import io.millrace.sinks.store.gcs.GcsOptions;
import io.millrace.sinks.store.s3.S3Options;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The options of {@code type: clickhouse} among the sinks. */
public record ClickHouseSinkOptions(
    @Option(
            value = "HTTP(S) URL of the server, with no user or password in it.",
            example = "https://clickhouse:8443")
        String url,
    @Option(
            value =
                "The user to log in as; docs/clickhouse.md has the rights that it needs on the"
                    + " database.",
            defaultValue = "default",
            example = "millrace")
        String user,
    @Option(value = "The user's password.", example = "${env:CLICKHOUSE_PASSWORD}")
        Optional<Secret> password,
    @Option(
            value = "The database of the tables, which has to be there.",
            defaultValue = "default",
            example = "shop")
        String database,
    @Option(
            value =
                "The table of a stream; {stream} stands for its name. Each stream needs a table of"
                    + " its own.",
            defaultValue = "{stream}",
            example = "raw_{stream}")
        String table,
    @Option(
            value =
                "Where the sink remembers what was loaded, below _millrace: a local folder or one"
                    + " in a bucket, as docs/stores.md shows. Relative paths start at the current"
                    + " directory. All processes of the sink must see the same one.",
            example = "s3://lake/ledgers/")
        String ledger,
    @Option("How to reach the ledger's store if it begins with s3://.") S3Options s3,
    @Option("How to reach the ledger's store if it begins with gs://.") GcsOptions gcs,
    @Option(
            value = "Whether tables are created, and get columns that streams have and they lack.",
            defaultValue = "true")
        boolean create,
    @Option(
            value =
                "The engine of tables that are created: MergeTree or its replicated kind. Others"
                    + " change rows when they merge them.",
            defaultValue = "MergeTree",
            example = "ReplicatedMergeTree")
        String engine,
    @Option(
            value = "The sorting key of tables that are created: names of columns.",
            example = "[pickup_at, id]")
        List<String> orderBy,
    @Option(
            value = "Settings of ClickHouse for each statement, such as max_insert_threads.",
            example = "{max_partitions_per_insert_block: 100}")
        Map<String, String> settings,
    @Option(
            value =
                "What becomes of NULL in a column of lists, maps or structs, which ClickHouse does"
                    + " not have. error: its unit is held. empty: an empty one.",
            defaultValue = "error")
        NullContainers nullContainers,
    @Option(
            value =
                "How much one INSERT holds, compressed. Each writer keeps it in memory, twice for a"
                    + " moment.",
            defaultValue = "16m")
        ByteSize insertSize,
    @Option(value = "How many units are inserted at the same time.", defaultValue = "2")
        int writers,
    @Option(
            value =
                "How long, by the times in the log, a unit may go without a batch before nobody"
                    + " waits for it; its end brings it back. A plan that lacks units for that long"
                    + " is read from the log once more, and then held.",
            defaultValue = "1h")
        Duration parkAfter) {
  private static final Pattern SETTING = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Pattern ENGINE =
      Pattern.compile("(Replicated|Shared)?MergeTree(\\s*\\(.*\\))?", Pattern.DOTALL);
  private static final String STREAM = "{stream}";
  private static final int LONGEST_NAME = 100;
  private static final long LARGEST_INSERT = 256L << 20;

  /** Checks what can be checked without the server. */
  public ClickHouseSinkOptions {
    endpoint(url);
    LakeStore.of("ledger", ledger).requireOnly(s3, gcs);
    if (database.isBlank()) {
      throw MillraceException.configuration("database", "Missing: the database's name");
    }
    if (table.isBlank() || table.replace(STREAM, "").matches(".*[{}./].*")) {
      throw MillraceException.configuration(
          "table",
          "Cannot use \"%s\" as a table: expected a name, in which {stream} may stand; the database is an option of its own"
              .formatted(table));
    }
    if (!ENGINE.matcher(engine).matches()) {
      throw MillraceException.configuration(
          "engine",
          "Cannot use the engine \"%s\": only MergeTree and ReplicatedMergeTree swap partitions and keep rows as they are"
              .formatted(engine));
    }
    for (String name : settings.keySet()) {
      if (!SETTING.matcher(name).matches()) {
        throw MillraceException.configuration(
            "settings",
            "Cannot use \"%s\" as a setting: expected one of ClickHouse's".formatted(name));
      }
      if (ServerAddress.OURS.contains(name)) {
        throw MillraceException.configuration(
            "settings", "Cannot set %s: the sink decides it itself, leave it out".formatted(name));
      }
    }
    if (insertSize.bytes() < 1 || insertSize.bytes() > LARGEST_INSERT) {
      throw MillraceException.configuration(
          "insert_size", "Cannot insert %s at once: up to 256m are allowed".formatted(insertSize));
    }
    if (writers < 1) {
      throw MillraceException.configuration(
          "writers", "Cannot write with %d writers: use at least 1".formatted(writers));
    }
    if (parkAfter.isNegative() || parkAfter.isZero()) {
      throw MillraceException.configuration(
          "park_after", "Cannot park units after %s: use a longer time".formatted(parkAfter));
    }
  }

  private static URI endpoint(String text) {
    try {
      URI url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null && url.getUserInfo() == null && url.getQuery() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // told below, without the text: who knows what is in it
    }
    throw MillraceException.configuration(
        "url",
        "Cannot use this URL: expected http(s)://host:port, such as https://clickhouse:8443, with"
            + " no user, password or parameters in it");
  }

  /** The server to write to. */
  ServerAddress server() {
    return new ServerAddress(endpoint(url), user, password, settings);
  }

  /** How tables are made. */
  TableOptions tables() {
    return new TableOptions(create, engine, orderBy);
  }

  /** The table of a stream of this name. */
  String table(String stream) {
    String name = table.replace(STREAM, stream);
    if (name.length() > LONGEST_NAME) {
      throw MillraceException.configuration(
          "table",
          "Cannot use \"%s\" as a table: at most %d characters are allowed"
              .formatted(name, LONGEST_NAME));
    }
    return name;
  }
}
