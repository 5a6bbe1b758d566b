package io.millrace.core.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.core.options.OptionSpec.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionSpecTest {
  @Test
  void tellsWhatARecordDeclares() {
    assertThat(OptionSpec.of(SampleOptions.class))
        .extracting(
            OptionSpec::key, OptionSpec::kind, OptionSpec::required, OptionSpec::defaultText)
        .containsExactly(
            tuple("url", Kind.TEXT, true, ""),
            tuple("tasks", Kind.INTEGER, false, "4"),
            tuple("max_rows", Kind.INTEGER, false, "4"),
            tuple("strict", Kind.BOOLEAN, false, "true"),
            tuple("timeout", Kind.DURATION, false, "10s"),
            tuple("row_group", Kind.SIZE, false, "128m"),
            tuple("compression", Kind.CHOICE, false, "zstd"),
            tuple("password", Kind.SECRET, false, ""),
            tuple("tables", Kind.LIST, false, ""),
            tuple("days", Kind.LIST, false, "mon, tue"),
            tuple("columns", Kind.MAP, false, ""),
            tuple("weights", Kind.MAP, false, ""),
            tuple("partition", Kind.GROUP, false, ""),
            tuple("topic", Kind.GROUP, false, ""));
  }

  @Test
  void tellsWhatIsWithin() {
    List<OptionSpec> specs = OptionSpec.of(SampleOptions.class);

    assertThat(specs.get(0).doc()).isEqualTo("Where it is.");
    assertThat(specs.get(0).example()).isEqualTo("jdbc:postgresql://db/app");
    assertThat(specs.get(6).choices()).containsExactly("none", "zstd", "lz4_raw");
    assertThat(specs.get(8).children()).extracting(OptionSpec::kind).containsExactly(Kind.TEXT);
    assertThat(specs.get(11).children()).extracting(OptionSpec::kind).containsExactly(Kind.INTEGER);
    assertThat(specs.get(12).children())
        .extracting(OptionSpec::key, OptionSpec::required)
        .containsExactly(tuple("column", true), tuple("ranges", false));
  }

  @Test
  void keysAreInSnakeCase() {
    assertThat(OptionSpec.snakeCase("keepSuperseded")).isEqualTo("keep_superseded");
    assertThat(OptionSpec.snakeCase("s3Endpoint")).isEqualTo("s3_endpoint");
    assertThat(OptionSpec.snakeCase("path")).isEqualTo("path");
  }

  record Undeclared(String url) {}

  record Unheard(@Option("?") Thread thread) {}

  @Test
  void aRecordThatCannotBeOptionsIsADefect() {
    assertThatThrownBy(() -> OptionSpec.of(Undeclared.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("of an options record has no @Option");
    assertThatThrownBy(() -> OptionSpec.of(Unheard.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("An option cannot be of type class java.lang.Thread");
  }
}
