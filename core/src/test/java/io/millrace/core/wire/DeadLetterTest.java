package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `(millrace\\.dead-letter\\.[a-z-]+)` \\| .* \\| `([^`]*)` \\|");

  private static final DeadLetter LETTER =
      new DeadLetter(
          "trips.public-trips",
          3,
          4711,
          "lake",
          Instant.ofEpochMilli(1795171239000L),
          "Cannot read wire version \"9\": this Millrace reads 1",
          Optional.of(new DeadLetter.Omitted(2_000_000, 0x00c0ffee)));

  @Test
  void thePageShowsWhatIsWritten() throws IOException {
    Map<String, String> page =
        Files.readAllLines(Path.of("..", "docs", "wire-format.md")).stream()
            .map(ROW::matcher)
            .filter(row -> row.matches())
            .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));
    assertThat(LETTER.headers()).isEqualTo(page);
  }

  @Test
  void readsWhatItWrote() {
    assertThat(DeadLetter.of(LETTER.headers())).isEqualTo(LETTER);
    assertThat(LETTER.origin()).isEqualTo("trips.public-trips-3@4711");
    var whole = new DeadLetter("t.a", 0, 1, "lake", Instant.EPOCH, "r", Optional.empty());
    assertThat(DeadLetter.of(whole.headers())).isEqualTo(whole);
  }

  @Test
  void cutsReasonsThatNobodyReads() {
    var letter =
        new DeadLetter("t.a", 0, 1, "lake", Instant.EPOCH, "r".repeat(1_001), Optional.empty());
    assertThat(letter.reason()).hasSize(1_000);
  }

  @Test
  void whatIsNoLetterIsRefused() {
    assertThatThrownBy(() -> DeadLetter.of(Map.of("millrace.version", "1")))
        .isInstanceOf(MillraceException.class)
        .hasMessage("Cannot find header millrace.dead-letter.topic");
    var texts = new HashMap<>(LETTER.headers());
    texts.put("millrace.dead-letter.offset", "junk");
    assertThatThrownBy(() -> DeadLetter.of(texts))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.category()).isEqualTo(MillraceException.Category.DATA))
        .hasMessageContaining("junk");
  }
}
