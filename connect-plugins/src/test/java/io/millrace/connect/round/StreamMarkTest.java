package io.millrace.connect.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks as texts. */
class StreamMarkTest {
  @Test
  void aMarkSurvivesAsText() {
    var mark =
        new StreamMark(
            -7_200,
            new TreeMap<>(Map.of(-10_800L, 0L, 3_600L, 12L)),
            new TreeSet<>(List.of(-3_600L, 0L)),
            true,
            "a;wish, of = all;;kinds",
            StreamMark.NOTHING);
    assertThat(StreamMark.parse(mark.toString())).isEqualTo(mark);
    assertThat(StreamMark.parse(StreamMark.START.toString())).isEqualTo(StreamMark.START);
  }

  @Test
  void theRowsOfAWindowNotRememberedAreUnknown() {
    assertThat(StreamMark.START.rows(0)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1;2;false", "a;0;false;;;r", "0;0;false;1;;r", "0;0;false;;x;r"})
  void junkIsRefused(String text) {
    assertThatThrownBy(() -> StreamMark.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("reset its offsets");
  }
}
