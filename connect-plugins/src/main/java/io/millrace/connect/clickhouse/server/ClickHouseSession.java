package io.millrace.connect.clickhouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientConfigProperties;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import io.millrace.connect.clickhouse.server.ServerAddress.Format;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.options.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * Asks one endpoint of a server, one query at a time, each answer streamed. ClickHouse keeps no
 * state between them: nothing is shared by two queries, no snapshot either.
 */
public final class ClickHouseSession implements AutoCloseable {
  private static final long CONNECT_SECONDS = 10;

  /** Nothing may come for so long: a server that sorts, or one whose disk is slow. */
  private static final long SILENCE_SECONDS = 600;

  private static final String READ_ONLY = "readonly";

  /**
   * Blocks of many rows, but none of wide rows that would not fit; and a server that waits for a
   * slow reader.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "max_block_size", "65536",
          "preferred_block_size_bytes", "16777216",
          "http_send_timeout", "1800");

  /** As ColumnType has it: the server casts what these do not bring about (ArrowCast). */
  private static final Map<String, String> ARROW =
      Map.of(
          "output_format_arrow_compression_method", "none",
          "output_format_arrow_low_cardinality_as_dictionary", "0",
          "output_format_arrow_string_as_string", "1",
          "output_format_arrow_fixed_string_as_fixed_byte_array", "1",
          "output_format_arrow_uuid_as_fixed_byte_array", "1");

  private final URI endpoint;
  private final ServerAddress address;
  private Map<String, String> settings = Map.of();
  private volatile Client client;
  private volatile boolean dropped;

  private ClickHouseSession(URI endpoint, ServerAddress address) {
    this.endpoint = endpoint;
    this.address = address;
    this.client = client();
  }

  private Client client() {
    return new Client.Builder()
        .addEndpoint(endpoint.toString())
        .setUsername(address.user())
        .setPassword(address.password().map(Secret::reveal).orElse(""))
        .compressClientRequest(false)
        .setConnectTimeout(CONNECT_SECONDS, ChronoUnit.SECONDS)
        .setSocketTimeout(SILENCE_SECONDS, ChronoUnit.SECONDS)
        .setMaxRetries(0)
        .setClientName("millrace")
        .build();
  }

  /**
   * Logs in.
   *
   * @param turn which of the endpoints it is, modulo their number
   * @throws MillraceException (SOURCE) if it cannot be reached; (CONFIGURATION) if it lets nobody
   *     in
   */
  public static ClickHouseSession open(ServerAddress address, int turn) {
    ClickHouseSession session;
    URI endpoint = address.endpoint(turn);
    try {
      session = new ClickHouseSession(endpoint, address);
    } catch (RuntimeException e) {
      throw MillraceException.configuration(
          "url", "Cannot use %s: %s".formatted(endpoint, e.getMessage()));
    }
    try {
      session.settings = session.settings();
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Those given, and of ours those that this server knows and lets this user set. */
  private Map<String, String> settings() {
    var ours = new HashMap<>(DEFAULTS);
    if (format() == Format.ARROW) {
      ours.putAll(ARROW);
    }
    String names = ours.keySet().stream().map(SqlText::literal).collect(Collectors.joining(", "));
    List<List<String>> known =
        rows(
            "SELECT name, value FROM system.settings WHERE name IN ('%s', %s)"
                .formatted(READ_ONLY, names));
    var all = new HashMap<String, String>();
    boolean fixed = known.contains(List.of(READ_ONLY, "1"));
    if (fixed && format() == Format.ARROW) {
      throw MillraceException.configuration(
          "format",
          "Cannot read Arrow from ClickHouse at %s: %s may set nothing (readonly=1), and format: arrow needs settings; use format: native"
              .formatted(endpoint, address.user()));
    }
    for (List<String> each : known) {
      String name = each.get(0);
      if (!fixed && ours.containsKey(name)) {
        all.put(name, ours.get(name));
      }
    }
    all.putAll(address.settings());
    return all;
  }

  /** The rows of a small answer, as texts; NULL is null. */
  public List<List<String>> rows(String sql) {
    try (Answer answer = ask(sql, ClickHouseFormat.TabSeparated, ServerAddress.Compression.NONE)) {
      return TabSeparated.rows(new String(answer.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw MillraceException.passing(
          Category.SOURCE,
          "ClickHouse at %s broke its answer off: %s".formatted(endpoint, e.getMessage()),
          e);
    }
  }

  /** The only number of the only row. */
  public long number(String sql) {
    List<List<String>> rows = rows(sql);
    try {
      return Long.parseLong(rows.get(0).get(0));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw MillraceException.lasting(
          Category.SOURCE,
          "ClickHouse at %s answered %s instead of a number".formatted(endpoint, rows),
          e);
    }
  }

  /** How the rows of answers are written. */
  public Format format() {
    return address.transfer().format();
  }

  /** The answer in the session's format; whoever gets it closes it. */
  public Answer blocks(String sql) {
    return ask(
        sql,
        format() == Format.ARROW ? ClickHouseFormat.ArrowStream : ClickHouseFormat.Native,
        address.transfer().compression());
  }

  private Answer ask(String sql, ClickHouseFormat format, ServerAddress.Compression compression) {
    var query = new QuerySettings().setFormat(format);
    query.setOption(
        ClientConfigProperties.COMPRESS_SERVER_RESPONSE.getKey(),
        compression == ServerAddress.Compression.LZ4);
    settings.forEach(query::serverSetting);
    // Old servers know nothing of the header by which the client names the format.
    String withFormat = "%s\nFORMAT %s".formatted(sql, format);
    try {
      return new Answer(client.query(withFormat, query).get(), this::breakOff);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MillraceException.passing(Category.SOURCE, "Interrupted while asking " + endpoint, e);
    } catch (ExecutionException | RuntimeException e) {
      throw ServerFault.of("Cannot ask ClickHouse at " + endpoint, e);
    }
  }

  /** Ends its connections; the next query makes new ones. */
  private void breakOff() {
    client.close();
    if (!dropped) {
      client = client();
    }
  }

  /** Ends the session under whoever uses it. */
  public void drop() {
    dropped = true;
    client.close();
  }

  @Override
  public void close() {
    client.close();
  }
}
