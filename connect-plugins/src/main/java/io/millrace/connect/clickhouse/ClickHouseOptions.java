package io.millrace.connect.clickhouse;

import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.server.ServerAddress;
import io.millrace.connect.clickhouse.server.ServerAddress.Compression;
import io.millrace.connect.clickhouse.server.ServerAddress.Format;
import io.millrace.connect.clickhouse.server.ServerAddress.Transfer;
import io.millrace.connect.clickhouse.server.TableName;
import io.millrace.connect.selection.Selection;
import io.millrace.connect.selection.TablePatterns;
import io.millrace.core.MillraceException;
import io.millrace.core.options.ByteSize;
import io.millrace.core.options.Option;
import io.millrace.core.options.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What can be said of a ClickHouse source. */
public record ClickHouseOptions(
    @Option(
            value = "HTTP(S) URL of the server, with no user or password in it.",
            example = "https://clickhouse:8443")
        String url,
    @Option(
            value =
                "URLs of servers that hold the same tables. Tasks begin with different ones, and"
                    + " another attempt takes the next.",
            example = "[https://clickhouse-2:8443]")
        List<String> replicas,
    @Option(
            value = "The user to log in as; it needs SELECT on the table.",
            defaultValue = "default",
            example = "ingest")
        String user,
    @Option(value = "The user's password.", example = "${env:CLICKHOUSE_PASSWORD}")
        Optional<Secret> password,
    @Option(
            value =
                "The table or view to read, as database.table, spelled as SHOW TABLES does. One of"
                    + " table, tables and query is needed.",
            example = "shop.orders")
        Optional<String> table,
    @Option(
            value =
                "Several tables, each a stream of its own: names as for table, or patterns with *"
                    + " and ?, which stand for tables only, not for views.",
            example = "[shop.*, web.hits]")
        List<String> tables,
    @Option(value = "Names or patterns of what tables should leave out.", example = "[shop.tmp_*]")
        List<String> exclude,
    @Option(
            value = "A SELECT to read instead of a table; stream is needed, too.",
            example = "SELECT id, total FROM shop.orders FINAL WHERE total > 0")
        Optional<String> query,
    @Option(
            value =
                "The stream's name: [a-z0-9_-]+. Left out, the table's name in lower case; those"
                    + " of several tables cannot be chosen.",
            example = "orders")
        Optional<String> stream,
    @Option(
            value =
                "Settings of ClickHouse for each query, such as max_threads, max_block_size,"
                    + " max_execution_time or final.",
            example = "{max_threads: 4, final: 1}")
        Map<String, String> settings,
    @Option(
            value =
                "What becomes of a value that its Arrow type cannot hold, such as a String that is"
                    + " not UTF-8: error fails and names it, null makes it NULL.",
            defaultValue = "error")
        Unrepresentable onUnrepresentable,
    @Option("How the table is divided into Partitions that are read side by side.")
        Partitioning partition,
    @Option(value = "How many tasks read at the same time.", defaultValue = "4") int tasks,
    @Option(
            value =
                "How many queries each task has at the same time, each over a connection of its own"
                    + " and with a block of up to 256 MiB in memory.",
            defaultValue = "1")
        int connections,
    @Option(
            value =
                "The largest record value. The topic's max.message.bytes and the producer's"
                    + " max.request.size must allow it and 4 KiB of headers more.",
            defaultValue = "900k")
        ByteSize batchBytes,
    @Option(
            value =
                "How the server writes answers: native in its own blocks; arrow as a stream of"
                    + " Arrow, should a version's blocks not be read. The records are the same.",
            defaultValue = "native")
        Format format,
    @Option(value = "How answers come over the network.", defaultValue = "lz4")
        Compression compression) {

  /** How a table is divided. */
  public record Partitioning(
      @Option(
              value =
                  "The column whose ranges are the Partitions: an integer of up to 64 bits, a Date"
                      + " or a DateTime. Left out, the first column of the sorting key if it is"
                      + " such a column; else the table is one Partition.",
              example = "id")
          Optional<String> column,
      @Option(
              value =
                  "How many ranges; a small table may have fewer. Rows with NULL are one Partition"
                      + " more.",
              defaultValue = "8")
          int ranges) {
    private static final int MOST = 10_000;

    public Partitioning {
      if (ranges < 1 || ranges > MOST) {
        throw MillraceException.configuration(
            "ranges", "Cannot use %d ranges: 1 to %d are allowed".formatted(ranges, MOST));
      }
    }
  }

  private static final long SMALLEST_BATCH = 16 << 10;
  private static final int MOST_CONNECTIONS = 64;
  private static final Pattern SETTING = Pattern.compile("[a-z][a-z0-9_]*");

  /** What the connector decides itself: these would change what an answer looks like. */
  private static final Set<String> OURS =
      Set.of(
          "client_protocol_version",
          "compress",
          "database",
          "decompress",
          "default_format",
          "enable_http_compression",
          "limit",
          "offset",
          "password",
          "query",
          "query_id",
          "readonly",
          "session_id",
          "user",
          "wait_end_of_query");

  /** Checks what can be checked without the server. */
  public ClickHouseOptions {
    endpoint("url", url);
    replicas.forEach(each -> endpoint("replicas", each));
    settings.keySet().forEach(ClickHouseOptions::checkSetting);
    var unused =
        Selection.of(table, new TablePatterns(tables, exclude), query, stream, TableName.NAMING);
    if (tasks < 1) {
      throw MillraceException.configuration(
          "tasks", "Cannot use %d tasks: at least 1 is needed".formatted(tasks));
    }
    if (connections < 1 || connections > MOST_CONNECTIONS) {
      throw MillraceException.configuration(
          "connections",
          "Cannot use %d connections: 1 to %d are allowed"
              .formatted(connections, MOST_CONNECTIONS));
    }
    if (format == Format.ARROW && onUnrepresentable == Unrepresentable.NULL) {
      throw MillraceException.configuration(
          "on_unrepresentable",
          "Cannot make NULL of values in Arrow that the server writes: use format: native, or"
              + " on_unrepresentable: error");
    }
    if (batchBytes.bytes() < SMALLEST_BATCH || batchBytes.bytes() > Integer.MAX_VALUE / 2) {
      throw MillraceException.configuration(
          "batch_bytes", "Cannot use %s: 16k to 1023m are allowed".formatted(batchBytes));
    }
  }

  private static URI endpoint(String option, String text) {
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
        option,
        "Cannot use this URL: expected http(s)://host:port, such as https://clickhouse:8443, with"
            + " no user, password or parameters in it");
  }

  private static void checkSetting(String name) {
    if (!SETTING.matcher(name).matches()) {
      throw MillraceException.configuration(
          "settings",
          "Cannot use \"%s\" as a setting: expected one of ClickHouse's".formatted(name));
    }
    if (OURS.contains(name) || name.startsWith("output_format_")) {
      throw MillraceException.configuration(
          "settings",
          "Cannot set %s: the connector decides it itself, leave it out".formatted(name));
    }
  }

  /** What of the server is read. */
  public Selection<TableName> selection() {
    return Selection.of(table, new TablePatterns(tables, exclude), query, stream, TableName.NAMING);
  }

  /** The server to read from. */
  public ServerAddress server() {
    var endpoints = new ArrayList<URI>();
    endpoints.add(endpoint("url", url));
    replicas.forEach(each -> endpoints.add(endpoint("replicas", each)));
    return new ServerAddress(
        endpoints, user, password, new Transfer(format, compression), settings);
  }
}
