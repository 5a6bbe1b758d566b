package io.millrace.runtime.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LaneStartTest {
  private static final OptionalLong NONE = OptionalLong.empty();

  private static OptionalLong at(long offset) {
    return OptionalLong.of(offset);
  }

  @Test
  void theLowerOfBoth() {
    assertThat(LaneStart.of(at(5), at(7))).hasValue(5);
    assertThat(LaneStart.of(at(7), at(5))).hasValue(5);
  }

  @Test
  void theHintWithoutGroupOffset() {
    assertThat(LaneStart.of(NONE, at(7))).hasValue(7);
  }

  @Test
  void theLogsStartWithoutHint() {
    assertThat(LaneStart.of(at(5), NONE)).isEmpty();
    assertThat(LaneStart.of(NONE, NONE)).isEmpty();
  }
}
