package io.millrace.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunSummaryTest {
  @Test
  void everyRowIsInTheTargetOrFilteredOut() {
    assertThat(load(100, 100, 0, 100).agrees()).isTrue();
    assertThat(load(100, 100, 30, 70).agrees()).isTrue();
    assertThat(load(100, 100, 100, 0).agrees()).isTrue();
  }

  @Test
  void aRowThatIsNeitherIsMissed() {
    assertThat(load(100, 100, 0, 99).agrees()).isFalse();
    assertThat(load(100, 100, 30, 69).agrees()).isFalse();
    assertThat(load(100, 100, 30, 71).agrees()).isFalse();
    assertThat(load(100, 99, 0, 99).agrees()).isFalse();
    assertThat(load(100, 99, 29, 70).agrees()).isFalse();
  }

  private static RunSummary.Load load(long read, long inKafka, long filtered, long inTarget) {
    return new RunSummary.Load(
        "trips",
        "lake",
        "snapshot",
        "1795171234567-k3f9",
        4,
        read,
        inKafka,
        filtered,
        inTarget,
        4,
        1_000,
        "lake/trips");
  }
}
