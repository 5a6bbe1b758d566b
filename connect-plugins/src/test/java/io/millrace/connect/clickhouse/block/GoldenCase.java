package io.millrace.connect.clickhouse.block;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.connect.clickhouse.column.ColumnType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What ClickHouse 26.7 answered to a query, in {@code FORMAT Native} and as JSON, a line a row.
 *
 * @param columns name and type as {@code DESCRIBE} told them
 * @param blocks how many rows each block has
 * @param rows the same answer as JSON
 */
record GoldenCase(String name, List<Column> columns, List<Integer> blocks, List<JsonNode> rows) {
  private static final Path FOLDER = Path.of("src/test/resources/clickhouse/native");
  private static final String ANSWER = ".native";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .build();

  /** What {@code DESCRIBE} tells of a column. */
  record Column(String name, String type) {}

  /** All of them. */
  static List<GoldenCase> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(ANSWER))
          .map(file -> file.substring(0, file.length() - ANSWER.length()))
          .sorted()
          .map(GoldenCase::load)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of them. */
  static GoldenCase load(String name) {
    try {
      JsonNode told = JSON.readTree(FOLDER.resolve(name + ".json").toFile());
      var columns = new ArrayList<Column>();
      told.get("columns")
          .forEach(c -> columns.add(new Column(c.get("name").asText(), c.get("type").asText())));
      var blocks = new ArrayList<Integer>();
      told.get("blocks").forEach(rows -> blocks.add(rows.asInt()));
      var rows = new ArrayList<JsonNode>();
      for (JsonNode row : told.get("rows")) {
        rows.add(JSON.readTree(row.asText()));
      }
      return new GoldenCase(name, columns, blocks, rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer. */
  byte[] bytes() {
    try {
      return Files.readAllBytes(FOLDER.resolve(name + ANSWER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What its columns become. */
  List<ColumnType> types() {
    return columns.stream().map(c -> ColumnType.of(c.name(), c.type())).toList();
  }

  /** Whether it has a column that is not read as it is. */
  boolean isRefused() {
    return columns.stream()
        .anyMatch(c -> c.type().matches("(?s)(AggregateFunction|JSON|Dynamic|Variant).*"));
  }

  @Override
  public String toString() {
    return name;
  }
}
