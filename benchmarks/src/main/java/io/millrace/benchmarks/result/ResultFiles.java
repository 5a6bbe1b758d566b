package io.millrace.benchmarks.result;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder of result files, {@code <table>.<path>-<date>.json}.
 *
 * @param folder created when the first one is written
 */
public record ResultFiles(Path folder) {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT);

  /** Writes a result in place of one of the same day. */
  public Path write(Result result) {
    Path file =
        folder.resolve(
            "%s.%s-%s.json".formatted(result.table(), result.path(), DAY.format(result.at())));
    try {
      Files.createDirectories(folder);
      Files.writeString(file, JSON.writeValueAsString(result) + "\n");
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest result of each path, by table. */
  public Map<String, List<Result>> newest() {
    var newest = new TreeMap<String, Result>();
    for (Result result : all()) {
      newest.put(result.table() + "." + result.path(), result);
    }
    var byTable = new TreeMap<String, List<Result>>();
    newest
        .values()
        .forEach(
            result ->
                byTable.computeIfAbsent(result.table(), table -> new ArrayList<>()).add(result));
    return byTable;
  }

  private List<Result> all() {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .map(ResultFiles::read)
          .sorted(Comparator.comparing(Result::at))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Result read(Path file) {
    try {
      return JSON.readValue(file.toFile(), Result.class);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
