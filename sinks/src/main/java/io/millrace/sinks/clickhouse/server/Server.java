package io.millrace.sinks.clickhouse.server;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.options.Secret;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.StreamSupport;

/** A server, one statement at a time per thread. It keeps no state between them. */
public final class Server implements AutoCloseable {
  private static final long CONNECT_SECONDS = 10;

  /** Nothing may come for so long: a table that is dropped waits for the queries that read it. */
  private static final long SILENCE_SECONDS = 600;

  /**
   * A statement is done, on all replicas that are up, when it is answered; what is inserted is a
   * part of the table then, whatever the user's profile says.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of("async_insert", "0", "wait_end_of_query", "1", "alter_sync", "2");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServerAddress address;
  private final Map<String, String> settings = new HashMap<>(DEFAULTS);
  private final Client client;

  /**
   * Makes no connection yet.
   *
   * @throws MillraceException (CONFIGURATION) if the URL is none
   */
  public Server(ServerAddress address) {
    this.address = address;
    settings.putAll(address.settings());
    try {
      client =
          new Client.Builder()
              .addEndpoint(address.endpoint().toString())
              .setUsername(address.user())
              .setPassword(address.password().map(Secret::reveal).orElse(""))
              .compressClientRequest(false)
              .compressServerResponse(false)
              .setConnectTimeout(CONNECT_SECONDS, ChronoUnit.SECONDS)
              .setSocketTimeout(SILENCE_SECONDS, ChronoUnit.SECONDS)
              .setMaxRetries(0)
              .setClientName("millrace")
              .build();
    } catch (RuntimeException e) {
      throw MillraceException.configuration(
          "url", "Cannot use %s: %s".formatted(address.endpoint(), e.getMessage()));
    }
  }

  /** Its version, such as {@code 26.7.1.1}; old servers understand this question too. */
  public String version() {
    try {
      byte[] answer = answer("SELECT version()", ClickHouseFormat.TabSeparated, Map.of());
      return new String(answer, StandardCharsets.UTF_8).strip();
    } catch (ExecutionException | RuntimeException e) {
      throw ServerFault.of(failed(), e);
    }
  }

  /** Does something. */
  public void execute(String sql) {
    try {
      var unused = answer(sql, ClickHouseFormat.TabSeparated, settings);
    } catch (ExecutionException | RuntimeException e) {
      throw ServerFault.of(failed(), e);
    }
  }

  /** Whether a table is there now. */
  public boolean has(TableName table) {
    return number(
            "SELECT count() FROM system.tables WHERE database = %s AND name = %s"
                .formatted(SqlText.literal(table.database()), SqlText.literal(table.table())))
        > 0;
  }

  /** The rows of a small answer, as texts; NULL is null. */
  public List<List<String>> rows(String sql) {
    byte[] answer;
    try {
      answer = answer(sql, ClickHouseFormat.JSONCompactEachRow, settings);
    } catch (ExecutionException | RuntimeException e) {
      throw ServerFault.of(failed(), e);
    }
    var rows = new ArrayList<List<String>>();
    for (String line : new String(answer, StandardCharsets.UTF_8).lines().toList()) {
      try {
        rows.add(
            StreamSupport.stream(JSON.readTree(line).spliterator(), false)
                .map(value -> value.isNull() ? null : text(value))
                .toList());
      } catch (JsonProcessingException e) {
        throw MillraceException.passing(
            Category.TARGET,
            "%s: its answer breaks off: %s".formatted(failed(), e.getOriginalMessage()),
            e);
      }
    }
    return rows;
  }

  private static String text(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /** The only number of the only row. */
  public long number(String sql) {
    List<List<String>> rows = rows(sql);
    try {
      return Long.parseLong(rows.get(0).get(0));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw MillraceException.lasting(
          Category.TARGET, "%s: it answered %s instead of a number".formatted(failed(), rows), e);
    }
  }

  /**
   * Inserts an Arrow IPC stream.
   *
   * @param columns where its columns go, in their order
   * @param token by which the server knows the same rows again
   */
  public void insert(TableName table, List<String> columns, byte[] stream, String token) {
    var insert = new InsertSettings().setDeduplicationToken(token);
    settings.forEach(insert::serverSetting);
    List<String> names = columns.stream().map(SqlText::identifier).toList();
    try (var unused =
        await(
            client.insert(
                table.sql(),
                names,
                new ByteArrayInputStream(stream),
                ClickHouseFormat.ArrowStream,
                insert))) {
      return;
    } catch (MillraceException e) {
      throw e;
    } catch (Exception e) { // closing an answer declares no narrower one
      throw ServerFault.of("Cannot insert into %s at %s".formatted(table, address.endpoint()), e);
    }
  }

  private byte[] answer(String sql, ClickHouseFormat format, Map<String, String> with)
      throws ExecutionException {
    var query = new QuerySettings().setFormat(format);
    with.forEach(query::serverSetting);
    try (QueryResponse response = await(client.query(sql, query));
        InputStream answer = response.getInputStream()) {
      return answer.readAllBytes();
    } catch (ExecutionException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // closing an answer declares no narrower one
      throw new ExecutionException(e);
    }
  }

  private static <T> T await(CompletableFuture<T> call) throws ExecutionException {
    try {
      return call.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MillraceException.passing(
          Category.TARGET, "ClickHouse was not waited for: the thread was told to stop", e);
    }
  }

  private String failed() {
    return "ClickHouse at %s failed".formatted(address.endpoint());
  }

  @Override
  public void close() {
    client.close();
  }
}
