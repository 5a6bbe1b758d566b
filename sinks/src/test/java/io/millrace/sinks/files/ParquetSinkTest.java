package io.millrace.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.core.options.OptionsReader;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A lake on a local disk, its files read by DuckDB. */
class ParquetSinkTest extends SinkContract {
  @Override
  protected Sink open(SinkContext context) {
    return new ParquetSinkType().open(context, options(Map.of()));
  }

  @Override
  protected List<String> read(List<String> files) {
    return rows(files);
  }

  /** The rows of local files, as {@link SinkContract#read} wants them. */
  static List<String> rows(List<String> files) {
    if (files.isEmpty()) {
      return List.of();
    }
    assertThat(files).allMatch(file -> file.endsWith(".parquet"));
    String query =
        "SELECT id, name, amount FROM read_parquet(['%s'])".formatted(String.join("', '", files));
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      var rows = new ArrayList<String>();
      while (result.next()) {
        rows.add(
            "%s | %s | %s"
                .formatted(result.getString(1), result.getString(2), result.getString(3)));
      }
      return rows;
    } catch (SQLException e) {
      return fail(query, e);
    }
  }

  @Override
  protected List<String> stored(SinkContext context) {
    try (Stream<Path> files = Files.walk(context.folder())) {
      return files
          .filter(Files::isRegularFile)
          .map(Path::toString)
          .filter(name -> name.endsWith(".parquet") || name.contains("/staging/"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ParquetSinkOptions options(Map<String, ?> given) {
    return OptionsReader.read(ParquetSinkOptions.class, given, problem -> fail(problem.toString()))
        .orElseThrow();
  }
}
