package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/wire-format.md says what the code does. */
class WireFormatPageTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `(millrace\\.[a-z-]+)` \\| .* \\| `([^`]*)` \\| (.*) \\|");

  private static final String CHANGES = "## Changes";

  private final List<String> page = lines();

  private record Row(String name, String example, String on) {}

  private static final String OF_A_POINT = "all, with changes";

  private static List<String> lines() {
    try {
      return Files.readAllLines(Path.of("..", "docs", "wire-format.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<Row> table() {
    return rows(page.subList(0, page.indexOf(CHANGES))).stream()
        .filter(row -> !row.on().equals(OF_A_POINT))
        .toList();
  }

  @Test
  void theHeadersOfAPointStandWhereTheyAreWritten() {
    assertThat(rows(page.subList(0, page.indexOf(CHANGES))))
        .filteredOn(row -> row.on().equals("all") || row.on().equals(OF_A_POINT))
        .extracting(Row::name)
        .isEqualTo(golden("data-point.txt"));
  }

  private List<Row> changesTable() {
    return rows(page.subList(page.indexOf(CHANGES), page.size()));
  }

  private static List<Row> rows(List<String> lines) {
    return lines.stream()
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .map(row -> new Row(row.group(1), row.group(2), row.group(3)))
        .toList();
  }

  private static List<String> golden(String file) {
    return GoldenFile.of(file).lines().stream().map(line -> line.split(": ", 2)[0]).toList();
  }

  @Test
  void theTableHasTheHeadersThatAreWrittenInTheirOrder() {
    assertThat(table())
        .filteredOn(row -> !row.on().startsWith("`partition-"))
        .extracting(Row::name)
        .isEqualTo(golden("data-range.txt"));
    assertThat(table())
        .filteredOn(row -> !row.on().contains("`range`") && !row.on().equals("`partition-failed`"))
        .extracting(Row::name)
        .isEqualTo(golden("partition-end.txt"));
    assertThat(table())
        .filteredOn(row -> !row.on().contains("`range`") && !row.on().equals("`partition-end`"))
        .extracting(Row::name)
        .isEqualTo(golden("partition-failed.txt"));
  }

  @Test
  void theExamplesMakeARecordThatCanBeRead() {
    Map<String, String> texts = new LinkedHashMap<>();
    table().forEach(row -> texts.put(row.name(), row.example()));

    BatchHeader header = HeaderCodec.decode(texts);
    texts.keySet().removeAll(List.of("millrace.checksum", "millrace.reason"));
    assertThat(HeaderCodec.encode(header)).containsExactlyEntriesOf(texts);
  }

  @Test
  void theTableOfChangesHasTheHeadersThatAreWrittenInTheirOrder() {
    assertThat(changesTable()).extracting(Row::name).isEqualTo(golden("changes-data.txt"));
    assertThat(changesTable())
        .filteredOn(row -> row.on().equals("all"))
        .extracting(Row::name)
        .isEqualTo(golden("changes-tick.txt"));
  }

  @Test
  void theExamplesOfChangesMakeARecordThatCanBeRead() {
    Map<String, String> texts = new LinkedHashMap<>();
    changesTable().forEach(row -> texts.put(row.name(), row.example()));

    ChangeHeader header = ChangeHeaderCodec.decode(texts);
    assertThat(ChangeHeaderCodec.encode(header)).containsExactlyEntriesOf(texts);
  }

  @Test
  void theVersionIsTheCodes() {
    assertThat(page).first().isEqualTo("# Wire format, version " + HeaderCodec.VERSION);
  }
}
