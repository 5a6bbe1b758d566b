package io.millrace.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each type alone and in a list: Spark's text of it is Postgres's, value by value. The runtime's
 * {@code ValuesIT} has written the files and what Postgres says of them.
 */
class SparkIT {
  private static final Path KEPT = Path.of("..", "target", "values");
  private static final Pattern FLOATING = Pattern.compile("<(float|double) ([^>]*)>");

  /** Spark has no such type, and refuses files that hold it. */
  private static final String UNKNOWN = "uuid";

  /** SQL for the text of a value, {@code $}, of types whose text is not that of a cast. */
  private static final Map<String, String> TEXTS =
      Map.ofEntries(
          Map.entry("real", "'<float ' || cast($ AS string) || '>'"),
          Map.entry("double precision", "'<double ' || cast($ AS string) || '>'"),
          Map.entry("bytea", "lower(hex($))"),
          Map.entry("date", "cast(datediff($, DATE'1970-01-01') AS string)"),
          Map.entry("timestamp", "cast(unix_micros(cast($ AS timestamp)) AS string)"),
          Map.entry("timestamp(0)", "cast(unix_micros(cast($ AS timestamp)) AS string)"),
          Map.entry("timestamp(3)", "cast(unix_micros(cast($ AS timestamp)) AS string)"),
          Map.entry("timestamptz", "cast(unix_micros($) AS string)"),
          Map.entry("interval", "$.months || ' ' || $.days || ' ' || ($.nanoseconds div 1000)"),
          Map.entry(
              "hstore",
              "'{' || array_join(array_sort(transform(map_entries($), m -> m.key || '=>' ||"
                  + " coalesce('=' || m.value, '~'))), '|') || '}'"));

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.timeType.enabled", "true")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  static List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(KEPT)) {
      return files.filter(file -> file.toString().endsWith(".tsv")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("kept")
  void readsWhatPostgresSays(Path texts) throws IOException {
    List<String> lines = Files.readAllLines(texts);
    String type = lines.get(0);
    String file = texts.toString().replace(".tsv", ".parquet");
    if (type.equals(UNKNOWN)) {
      assertThatThrownBy(() -> spark.read().parquet(file))
          .hasMessageContaining("Illegal Parquet type");
      return;
    }
    List<List<String>> expected = lines.stream().skip(1).map(SparkIT::row).sorted(byId()).toList();
    String text = TEXTS.getOrDefault(type, "cast($ AS string)");
    boolean nested = type.contains("range");
    List<Row> rows =
        spark
            .read()
            .parquet(file)
            .selectExpr(
                "cast(id AS string)",
                nested ? "cast(NULL AS string)" : text.replace("$", "alone"),
                nested
                    ? "cast(NULL AS string)"
                    : "'[' || array_join(transform(flat, e -> coalesce('=' || (%s), '~')), '|') || ']'"
                        .formatted(text.replace("$", "e")))
            .collectAsList();
    var found = new ArrayList<List<String>>();
    rows.forEach(
        row ->
            found.add(
                Arrays.asList(
                    row.getString(0), numbers(row.getString(1)), numbers(row.getString(2)))));
    found.sort(byId());
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      List<String> wanted = expected.get(i);
      assertThat(found.get(i))
          .as("row %d of %s", i, type)
          .isEqualTo(nested ? Arrays.asList(wanted.get(0), null, null) : wanted);
    }
  }

  private static Comparator<List<String>> byId() {
    return Comparator.comparing(row -> Integer.valueOf(row.get(0)));
  }

  /** The row's number and its first two values. */
  private static List<String> row(String line) {
    return Arrays.stream(line.split("\t"))
        .limit(3)
        .map(text -> text.equals("-") ? null : new String(Base64.getDecoder().decode(text), UTF_8))
        .collect(Collectors.toList());
  }

  /** Digits are each engine's own; the bits of the number are compared. */
  private static String numbers(String text) {
    return text == null
        ? null
        : FLOATING
            .matcher(text)
            .replaceAll(
                found ->
                    found.group(1).equals("float")
                        ? "f"
                            + Integer.toHexString(
                                Float.floatToIntBits(Float.parseFloat(found.group(2))))
                        : "d"
                            + Long.toHexString(
                                Double.doubleToLongBits(Double.parseDouble(found.group(2)))));
  }
}
