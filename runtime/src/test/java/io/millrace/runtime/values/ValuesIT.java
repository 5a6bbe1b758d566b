package io.millrace.runtime.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.values.SqlType.ArrayOf;
import io.millrace.runtime.values.SqlType.Composite;
import io.millrace.runtime.values.SqlType.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every type with its odd values: alone, in arrays, in composites, across batches and row groups.
 */
class ValuesIT {
  private static final String[] THIRDS = {"id % 3 = 0", "id % 3 = 1", "id % 3 = 2"};
  private static final Path KEPT = Path.of("target", "values");

  @TempDir private static Path folder;
  private static Engines engines;

  @BeforeAll
  static void start() throws SQLException {
    engines = new Engines(folder);
  }

  @AfterAll
  static void stop() throws SQLException {
    engines.close();
  }

  static Stream<Named<SqlType>> types() {
    return EveryType.all().map(type -> Named.of(type.name(), type));
  }

  @ParameterizedTest
  @MethodSource("types")
  void aValueIsTheSameAloneInArraysAndInComposites(SqlType type) throws Exception {
    engines.execute(
        """
        DROP TABLE IF EXISTS cases; DROP TYPE IF EXISTS pair;
        CREATE TYPE pair AS (v %1$s, n int);
        CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, alone %1$s,
          flat %1$s[], deep %1$s[][], pair pair, pairs pair[]);
        INSERT INTO cases (alone) VALUES (NULL), (NULL);
        INSERT INTO cases (flat, deep, pair, pairs)
          VALUES ('{}', '{}', ROW(NULL, NULL), ARRAY[NULL, ROW(NULL, NULL)]::pair[])
        """
            .formatted(type.name()));
    fill(type);

    var arrived = engines.assertArrives(engines.table("cases"), columns(type), THIRDS);
    keep(type, arrived.file().orElseThrow(), arrived.texts());
  }

  /**
   * For readers that want a JVM of their own: the file, and a line of texts in base64 for each row.
   */
  private static void keep(SqlType type, Path file, Cells texts) throws IOException {
    String name = "of_" + type.name().replaceAll("[^a-z0-9]+", "_");
    Files.createDirectories(KEPT);
    Files.copy(file, KEPT.resolve(name + ".parquet"), StandardCopyOption.REPLACE_EXISTING);
    var lines = new ArrayList<String>(List.of(type.name()));
    for (List<String> row : texts.rows()) {
      lines.add(row.stream().map(ValuesIT::base64).collect(Collectors.joining("\t")));
    }
    Files.write(KEPT.resolve(name + ".tsv"), lines);
  }

  private static String base64(String text) {
    return text == null ? "-" : Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** Twice, so that equal values lie in different row groups. */
  private static void fill(SqlType type) throws SQLException {
    var every = new ArrayList<String>();
    for (int time = 0; time < 2; time++) {
      for (String value : EveryType.values(type)) {
        String one = "(%s)::%s".formatted(value, type.name());
        every.add(one);
        engines.execute(
            ("INSERT INTO cases (alone, flat, deep, pair, pairs) VALUES (%1$s, ARRAY[%1$s, NULL],"
                    + " ARRAY[ARRAY[%1$s, NULL], ARRAY[%1$s, %1$s]], ROW(%1$s, 1),"
                    + " ARRAY[ROW(%1$s, 2), NULL]::pair[])")
                .formatted(one));
      }
      engines.execute(
          "INSERT INTO cases (flat) VALUES (ARRAY[NULL, %s])".formatted(String.join(", ", every)));
    }
  }

  private static Map<String, SqlType> columns(SqlType type) {
    var pair = new Composite("pair", List.of(new Field("v", type), new Field("n", EveryType.INT)));
    var columns = new LinkedHashMap<String, SqlType>();
    columns.put("id", EveryType.INT);
    columns.put("alone", type);
    columns.put("flat", new ArrayOf(type, 1));
    columns.put("deep", new ArrayOf(type, 2));
    columns.put("pair", pair);
    columns.put("pairs", new ArrayOf(pair, 1));
    return columns;
  }
}
