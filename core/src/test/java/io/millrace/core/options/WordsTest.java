package io.millrace.core.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values as one writes them in a file. */
class WordsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "17, 17, 17",
    "1500b, 1500, 1500",
    "512k, 524288, 512k",
    "128M, 134217728, 128m",
    "2gb, 2147483648, 2g",
    "2048k, 2097152, 2m",
    "' 1g ', 1073741824, 1g",
    "8589934591g, 9223372035781033984, 8589934591g"
  })
  void sizes(String text, long bytes, String shown) {
    assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes)).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "m", "-1", "1.5g", "1t", "1 m", "8589934592g", "9999999999999999999", "٣m"})
  void textsThatAreNoSizes(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessage(
            "Cannot read \"%s\" as a size: expected a number with k, m or g, such as 512m", text);
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "10s, PT10S",
    "5m, PT5M",
    "2h, PT2H",
    "1d, PT24H",
    "2w, PT336H",
    "' 0s', PT0S"
  })
  void spansOfTime(String text, Duration span) {
    assertThat(Durations.parse(text)).isEqualTo(span);
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0s",
    "0d, 0s",
    "1500ms, 1500ms",
    "2000ms, 2s",
    "90s, 90s",
    "60s, 1m",
    "90m, 90m",
    "120m, 2h",
    "36h, 36h",
    "24h, 1d",
    "2w, 14d"
  })
  void spansAsText(String written, String text) {
    assertThat(Durations.text(Durations.parse(written))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "-1s", "1.5h", "1 h", "1y", "PT5M", "10000000000s"})
  void textsThatAreNoSpans(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessage(
            "Cannot read \"%s\" as a span of time: expected a number with ms, s, m, h, d or w,"
                + " such as 10m",
            text);
  }

  @ParameterizedTest
  @CsvSource({
    "tabel, table",
    "tables, table",
    "URL, url",
    "rowGroup, row_group",
    "compresion, compression",
    "kompression, compression",
    "pasword, password"
  })
  void theNearestWord(String typed, String nearest) {
    List<String> known = List.of("url", "table", "row_group", "compression", "password", "up");

    assertThat(NearestWord.of(typed, known)).hasValue(nearest);
    assertThat(NearestWord.unknown("option", typed, known))
        .isEqualTo("Unknown option \"%s\": did you mean \"%s\"?", typed, nearest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "xy", "writers", "tasks", "path"})
  void noWordIsNear(String typed) {
    List<String> known = List.of("url", "compression", "up", "a");

    assertThat(NearestWord.of(typed, known)).isEmpty();
    assertThat(NearestWord.unknown("key", typed, known))
        .isEqualTo("Unknown key \"%s\": known are url, compression, up, a", typed);
  }

  @Test
  void whereNothingIsKnown() {
    assertThat(NearestWord.unknown("key", "path", List.of()))
        .isEqualTo("Unknown key \"path\": known are none");
  }

  @Test
  void aSecretDoesNotShow() {
    var secret = new Secret("s3cret");

    assertThat(secret.toString()).isEqualTo("***");
    assertThat("%s %s".formatted(secret, List.of(secret))).doesNotContain("s3cret");
    assertThat(secret.reveal()).isEqualTo("s3cret");
    assertThat(secret)
        .isEqualTo(new Secret("s3cret"))
        .hasSameHashCodeAs(new Secret("s3cret"))
        .isNotEqualTo(new Secret("other"));
  }
}
