package io.millrace.benchmarks.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A table to measure with. Each has a primary key {@code <id>} that runs from 1. */
public enum TestTable {
  /** 22 columns in the manner of taxi records, with the entropy of real ones. */
  TRIPS(3_000_000, "trip_id"),
  /** 20 columns of the same kind whose values repeat in step: compresses far too well. */
  TRIPS_EVEN(3_000_000, "trip_id"),
  /** Four integers. */
  NARROW(10_000_000, "id"),
  /** 200 columns of seven types. */
  WIDE(300_000, "id"),
  /** A text of about 1 kB a row. */
  TEXTS(500_000, "id"),
  /** A JSONB document a row. */
  DOCUMENTS(500_000, "id"),
  /** A number and 8 bytes of text. */
  PAYLOAD_16(3_000_000, 8),
  /** A number and 248 bytes of text. */
  PAYLOAD_256(3_000_000, 248),
  /** A number and 4,088 bytes of text. */
  PAYLOAD_4096(300_000, 4_088);

  private final long usualRows;
  private final String key;
  private final int payloadBytes;

  TestTable(long usualRows, String key) {
    this.usualRows = usualRows;
    this.key = key;
    this.payloadBytes = 0;
  }

  TestTable(long usualRows, int payloadBytes) {
    this.usualRows = usualRows;
    this.key = "id";
    this.payloadBytes = payloadBytes;
  }

  /** The table of this name. */
  public static TestTable of(String name) {
    return Arrays.stream(values())
        .filter(table -> table.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no table %s: take one of %s".formatted(name, labels())));
  }

  private static List<String> labels() {
    return Arrays.stream(values()).map(TestTable::label).collect(Collectors.toList());
  }

  /** Its name for people: {@code trips-even}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its name in the database, without the schema, which is {@code public}. */
  public String table() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The column of its primary key. */
  public String key() {
    return key;
  }

  /** How many rows a pass of some seconds takes. */
  public long usualRows() {
    return usualRows;
  }

  /** The SQL that creates and fills it. */
  public String sql(long rows) {
    String file = payloadBytes > 0 ? "payload.sql" : label() + ".sql";
    try (InputStream in = TestTable.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace(":rows", Long.toString(rows))
          .replace(":table", table())
          .replace(":bytes", Integer.toString(payloadBytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
