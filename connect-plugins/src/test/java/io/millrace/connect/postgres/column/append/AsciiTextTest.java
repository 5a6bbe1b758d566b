package io.millrace.connect.postgres.column.append;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsciiTextTest {
  private static AsciiText text(String text) {
    return new AsciiText().begin(text.getBytes(US_ASCII), 0, text.length());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7, -7, 999_999_999_999_999_999L, Long.MAX_VALUE, Long.MIN_VALUE})
  void wholeNumbersAreReadUpToTheLargest(long value) {
    AsciiText text = text(Long.toString(value));

    assertThat(text.integer()).isEqualTo(value);
    assertThat(text.atEnd()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "-9223372036854775809", "99999999999999999999"})
  void largerOnesAreRefused(String value) {
    assertThatThrownBy(() -> text(value).integer()).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aNumberEndsWhereItsDigitsDo() {
    AsciiText text = text("12:34");

    assertThat(text.digits()).isEqualTo(12);
    assertThat(text.take(':')).isTrue();
    assertThat(text.digits()).isEqualTo(34);
    assertThat(text.atEnd()).isTrue();
  }
}
