package io.millrace.benchmarks.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageSectionTest {
  private static final String BEGIN = "<!-- results: made by benchmarks/run, do not edit -->";
  private static final String END = "<!-- end of results -->";

  @TempDir private Path folder;

  private String written(String old) throws IOException {
    Path page = Files.writeString(folder.resolve("page.md"), old);
    PageSection.of(page, "results", "benchmarks/run").write("new");
    return Files.readString(page);
  }

  @Test
  void whatStandsAroundItStays() throws IOException {
    assertThat(written("before\n%s\nold\n%s\nafter\n".formatted(BEGIN, END)))
        .isEqualTo("before\n%s\n\nnew\n%s\nafter\n".formatted(BEGIN, END));
  }

  @Test
  void aPageWithoutItGetsItAtTheEnd() throws IOException {
    String once = written("before\n");
    assertThat(once).isEqualTo("before\n\n%s\n\nnew\n%s\n".formatted(BEGIN, END));
    assertThat(written(once)).isEqualTo(once);
  }

  @Test
  void aPageWithOneOfItsLinesIsNotTouched() throws IOException {
    String page = "before\n%s\nold\n".formatted(BEGIN);
    assertThatThrownBy(() -> written(page)).hasMessageContaining(END);
    assertThat(Files.readString(folder.resolve("page.md"))).isEqualTo(page);
  }
}
