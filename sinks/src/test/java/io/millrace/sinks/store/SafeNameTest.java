package io.millrace.sinks.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeNameTest {
  @ParameterizedTest
  @CsvSource({
    "snapshot, snapshot",
    "2026-11-19, 2026-11-19",
    "2026-11-19T10:00+01:00, 2026-11-19T10%3A00%2B01%3A00",
    "a/b, a%2Fb",
    "., %2E",
    ".., %2E.",
    "../../etc, %2E.%2F..%2Fetc",
    "_SUCCESS, %5FSUCCESS",
    "a_b.c, a_b.c",
    "%2F, %252F",
    "ü, %C3%BC",
    "a b, a%20b",
  })
  void keepsPlainTextAndEncodesTheRest(String text, String name) {
    assertThat(SafeName.of(text)).isEqualTo(name);
    assertThat(SafeName.text(name)).hasValue(text);
  }

  @Test
  void everyTextHasANameOfItsOwnThatStaysInItsFolder() {
    String alphabet = "ab._-/%~ü\\: \u20ac";
    var random = new Random(20261119);
    var names = new HashMap<String, String>();
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      int length = 1 + random.nextInt(i % 50 == 0 ? 200 : 5);
      for (int c = 0; c < length; c++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String name = SafeName.of(text.toString());

      assertThat(name).hasSizeLessThanOrEqualTo(150).matches("[a-zA-Z0-9%-][a-zA-Z0-9%._~-]*");
      assertThat(names.putIfAbsent(name, text.toString())).isIn(null, text.toString());
      SafeName.text(name).ifPresent(back -> assertThat(back).isEqualTo(text.toString()));
    }
  }

  @Test
  void longTextsAreShortenedAndStayApart() {
    String name = SafeName.of("x".repeat(200));

    assertThat(name).hasSize(150).startsWith("xxx").contains("~");
    assertThat(SafeName.of("x".repeat(199))).isNotEqualTo(name);
    assertThat(SafeName.text(name)).isEmpty();
    assertThat(SafeName.of("x".repeat(150))).isEqualTo("x".repeat(150));
  }
}
