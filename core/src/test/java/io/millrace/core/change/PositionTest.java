package io.millrace.core.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
  @Test
  void textsComeBack() {
    for (Position position :
        new Position[] {
          Position.START, new Position(0x16_3002d50L, 17), new Position(-1, 999_999_999_999L)
        }) {
      assertThat(Position.parse(position.toString())).isEqualTo(position);
    }
    assertThat(new Position(0x16_3002d50L, 17)).hasToString("0000000163002d50.17");
  }

  @Test
  void theyComeInTheOrderOfCommitsAndThenOfRows() {
    assertThat(new Position(1, 9)).isLessThan(new Position(1, 10)).isLessThan(new Position(2, 0));
    assertThat(new Position(Long.MAX_VALUE, 0)).isLessThan(new Position(Long.MIN_VALUE, 0));
    assertThat(Position.START).isEqualByComparingTo(new Position(0, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "junk", "16/3002D50.1", "0000000163002d50", "0000000163002d50.01", "1.1"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Position.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("Cannot parse position \"%s\"".formatted(text));
  }

  @Test
  void anIndexIsNeverNegative() {
    assertThatThrownBy(() -> new Position(1, -1)).hasMessageContaining("starts at 0");
  }
}
