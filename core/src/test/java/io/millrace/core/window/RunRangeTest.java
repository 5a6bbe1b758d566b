package io.millrace.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of runs as people write them. */
class RunRangeTest {
  private static final Instant FIRST = Instant.parse("2026-11-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "2026-11-01..2026-11-02, 2026-11-02T00:00:00Z",
    "2026-11-01 .. 2026-11-01T06:30, 2026-11-01T06:30:00Z",
    "2026-11-01T01:00+01:00..2026-11-01T06:00+01:00, 2026-11-01T05:00:00Z",
    "2026-11-01T00:00:00Z..2026-11-01T00:00:01Z, 2026-11-01T00:00:01Z"
  })
  void datesAndTimesAreInUtcUnlessTheySayOtherwise(String text, String to) {
    assertThat(RunRange.parse(text)).isEqualTo(new RunRange.Between(FIRST, Instant.parse(to)));
  }

  @Test
  void withoutABeginningItIsAllUntilThen() {
    assertThat(RunRange.parse("..2026-11-01")).isEqualTo(new RunRange.Until(FIRST));
  }

  @Test
  void nothingIsForEver() {
    assertThat(RunRange.parse(" ")).isEqualTo(new RunRange.Continuous());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "..2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z..2026-12-01T00:00:00Z"})
  void eachIsReadFromItsOwnText(String text) {
    assertThat(RunRange.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-11-01", "..", "2026-11-01..", "today..tomorrow", "2026-13-01..2026-14-01"})
  void junkIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> RunRange.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("\"" + text + "\"")
        .hasMessageContaining("2026-11-01..2026-11-08");
  }

  @Test
  void theEndIsLaterThanTheBeginning() {
    assertThatThrownBy(() -> RunRange.parse("2026-11-01..2026-11-01"))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("the end must be later");
  }
}
