package io.millrace.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.options.OptionsReader;
import io.millrace.core.options.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand below {@code run:}. */
class WindowOptionsTest {
  private static final String EXPECTED =
      "expected whole days up to 366d, or a part of a day that divides it evenly, such as 15m, 1h"
          + " or 6h";

  private final List<Problem> problems = new ArrayList<>();

  @Test
  void theColumnIsEnough() {
    assertThat(OptionsReader.read(WindowOptions.class, Map.of("column", "at"), problems::add))
        .hasValueSatisfying(
            read -> {
              assertThat(read.length()).isEqualTo(Duration.ofDays(1));
              assertThat(read.layout()).isEqualTo("windows of 1d of at in UTC");
            });
  }

  @Test
  void changesAreDividedByTheirCommits() {
    assertThat(OptionsReader.read(WindowOptions.class, Map.of(), problems::add))
        .contains(WindowOptions.OF_CHANGES);
    assertThat(WindowOptions.OF_CHANGES.isOfChanges()).isTrue();
    assertThat(WindowOptions.OF_CHANGES.layout()).isEqualTo("windows of 1h of _commit_at in UTC");
  }

  @Test
  void everyOption() {
    Map<String, Object> written =
        Map.of(
            "column", "at",
            "every", "6h",
            "delay", "10m",
            "time_zone", "Europe/Berlin",
            "recheck", 3,
            "nulls", "skip");

    WindowOptions options =
        OptionsReader.read(WindowOptions.class, written, problems::add).orElseThrow();

    assertThat(options)
        .isEqualTo(
            new WindowOptions(
                "at",
                Duration.ofHours(6),
                Duration.ofMinutes(10),
                "Europe/Berlin",
                3,
                NullRows.SKIP));
    assertThat(options.layout()).isEqualTo("windows of 6h of at in Europe/Berlin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1s", "1m", "90s", "15m", "8h", "12h", "24h", "1d", "1w", "30d", "52w", "366d"})
  void lengthsThatDivideTime(String every) {
    read("every", every);

    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0s",
    "500ms, 500ms",
    "7s, 7s",
    "7m, 7m",
    "5h, 5h",
    "67500ms, 67500ms",
    "36h, 36h",
    "367d, 367d",
    "53w, 371d"
  })
  void lengthsThatDoNot(String every, String shown) {
    read("every", every);

    assertThat(problems)
        .containsExactly(
            new Problem("every", "Cannot divide time every %s: %s".formatted(shown, EXPECTED)));
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berln, 'did you mean \"Europe/Berlin\"?'",
    "europe/berlin, 'did you mean \"Europe/Berlin\"?'",
    "utc, 'did you mean \"UTC\"?'",
    "+02:00, expected an IANA name such as UTC or Europe/Berlin",
    "Somewhere in the middle, expected an IANA name such as UTC or Europe/Berlin"
  })
  void zonesThatAreNone(String zone, String hint) {
    read("time_zone", zone);

    assertThat(problems)
        .containsExactly(
            new Problem("time_zone", "Unknown time zone \"%s\": %s".formatted(zone, hint)));
  }

  @Test
  void whatElseCannotBe() {
    read("recheck", "-1");
    read("column", " ");

    assertThat(problems)
        .containsExactly(
            new Problem("recheck", "Cannot recheck -1 runs: use 0 or more"),
            new Problem(
                "column", "Cannot divide by a column without a name: name the column of the time"));
  }

  @Test
  void nothingIsReadBeforeItsEnd() {
    assertThatThrownBy(
            () ->
                new WindowOptions(
                    "at", Duration.ofDays(1), Duration.ofSeconds(-90), "UTC", 0, NullRows.ERROR))
        .hasMessage("Cannot wait -90s: use 0s or more");
  }

  private void read(String key, String value) {
    Map<String, Object> written = new HashMap<>(Map.of("column", "at"));
    written.put(key, value);
    OptionsReader.read(WindowOptions.class, written, problems::add);
  }
}
