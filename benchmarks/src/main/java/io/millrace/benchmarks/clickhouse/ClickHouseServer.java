package io.millrace.benchmarks.clickhouse;

import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Metered;
import io.millrace.benchmarks.server.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The ClickHouse that everybody reads: one that runs already, or the engine of npm's package chdb
 * behind the HTTP of the tests' {@code chdb-server.js}. Its table stays and is filled once.
 */
public final class ClickHouseServer implements AutoCloseable {
  /** Where it is read from. */
  public static final String TABLE = "default.eight_columns";

  /** What tables and result files call it. */
  public static final String LABEL = "clickhouse";

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Pattern PORT = Pattern.compile("(?m)^(\\d+)$");
  private static final int OK = 200;

  private static final String CREATE =
      """
      CREATE TABLE %s (id UInt64, vendor Int32, zone UInt32, distance Float64, amount Float64,
        at DateTime64(3, 'UTC'), payment LowCardinality(String), reference String)
      ENGINE = MergeTree ORDER BY id
      """
          .formatted(TABLE);

  /** Every value but the id is a hash of the row's number. */
  private static final String FILL =
      """
      INSERT INTO %s SELECT number, sipHash64(number, 1) %% 1000 - 500, sipHash64(number, 2) %% 266,
        sipHash64(number, 3) %% 100000 / 1000, sipHash64(number, 4) %% 1000000 / 8,
        fromUnixTimestamp64Milli(toInt64(1714521600000 + number * 40 + sipHash64(number, 5) %% 40)),
        'method ' || toString(sipHash64(number, 6) %% 20),
        substring(lower(hex(sipHash64(number, 7))), 1, 10) FROM numbers(%d)
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Optional<ChildProcess> process;
  private final String url;

  private ClickHouseServer(Optional<ChildProcess> process, String url) {
    this.process = process;
    this.url = url;
  }

  /** One that runs already, and lets the user default in without a password. */
  public static ClickHouseServer at(String url) {
    return new ClickHouseServer(Optional.empty(), url);
  }

  /** Starts the engine; its tables lie in the folder. */
  public static ClickHouseServer start(Checkout checkout, Path folder) {
    Path data = folder.resolve("data");
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ChildProcess process =
        ChildProcess.start(
            "clickhouse",
            folder.resolve("clickhouse.log"),
            Map.of(),
            List.of(
                "node",
                checkout.chdbServer().toString(),
                modules().toString(),
                data.toString(),
                "0"));
    try {
      String port = process.awaitSaid(PORT, 1, START_LIMIT);
      return new ClickHouseServer(Optional.of(process), "http://127.0.0.1:" + port);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** As the tests look for it: docs/testing.md. */
  private static Path modules() {
    return Optional.ofNullable(System.getenv("MILLRACE_CHDB"))
        .map(Path::of)
        .orElseGet(
            () -> Path.of(System.getProperty("user.home"), ".cache", "millrace", "chdb-3.4.0"));
  }

  /** Where it listens. */
  public String url() {
    return url;
  }

  /** Its process; of one that runs elsewhere nothing is known. */
  public Metered usage() {
    return process.map(Metered.class::cast).orElseGet(() -> Metered.unknown("clickhouse"));
  }

  /** The server's version. */
  public String version() {
    return ask("SELECT version()").get(0);
  }

  /** The lines of an answer. */
  public List<String> ask(String sql) {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/"))
            .POST(HttpRequest.BodyPublishers.ofString(sql))
            .build();
    try {
      var response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != OK) {
        throw new IllegalStateException("ClickHouse refuses: " + response.body());
      }
      return response.body().lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Makes the table hold exactly these rows. */
  public void fill(long rows) {
    boolean there = !ask("EXISTS TABLE " + TABLE).equals(List.of("0"));
    if (!there || !ask("SELECT count() FROM " + TABLE).equals(List.of(Long.toString(rows)))) {
      System.err.printf("Filling %s with %,d rows%n", TABLE, rows);
      ask("DROP TABLE IF EXISTS " + TABLE);
      ask(CREATE);
      ask(FILL.formatted(TABLE, rows));
      ask("OPTIMIZE TABLE " + TABLE + " FINAL");
    }
  }

  @Override
  public void close() {
    process.ifPresent(ChildProcess::close);
  }
}
