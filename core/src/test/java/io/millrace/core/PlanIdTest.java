package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanIdTest {
  @Test
  void itsTextIsReadBack() {
    var plan = new PlanId(1795171234567L, "k3f9");

    assertThat(plan).hasToString("1795171234567-k3f9");
    assertThat(PlanId.parse("1795171234567-k3f9")).isEqualTo(plan);
    assertThat(new PlanId(0, "a")).hasToString("0000000000000-a");
    assertThat(plan.replayed(12)).hasToString("1795171234567-k3f9.r12");
    assertThat(PlanId.parse("1795171234567-k3f9.r12")).isEqualTo(plan.replayed(12));
  }

  @Test
  void aReplayIsLaterThanItsPlanAndEarlierThanTheNext() {
    var plan = new PlanId(10, "a");
    var next = new PlanId(10, "b");

    assertThat(List.of(plan, plan.replayed(2), plan.replayed(10), next, new PlanId(11, "a")))
        .isSorted();
  }

  @Test
  void plansAndTheirTextsHaveOneOrder() {
    List<PlanId> inOrder =
        List.of(
            new PlanId(9, "z"),
            new PlanId(10, "a"),
            new PlanId(10, "a0"),
            new PlanId(10, "b"),
            new PlanId(999_999_999_999L, "a"),
            new PlanId(1_000_000_000_000L, "a"));

    assertThat(inOrder).isSorted();
    assertThat(inOrder).extracting(PlanId::toString).isSorted();
  }

  @Test
  void aPlanIsLaterThanTheOneBeforeWhateverTheClockSays() {
    Instant now = Instant.ofEpochMilli(1795171234567L);

    assertThat(PlanId.after(0, now, "a").epochMillis()).isEqualTo(1795171234567L);
    assertThat(PlanId.after(1795171234567L, now, "a").epochMillis()).isEqualTo(1795171234568L);
    assertThat(PlanId.after(1795171299999L, now, "a").epochMillis()).isEqualTo(1795171300000L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "junk",
        "1795171234567",
        "1795171234567-",
        "179517123456-a",
        "17951712345678-a",
        "1795171234567-A",
        "1795171234567-a/b",
        " 1795171234567-a",
        "1795171234567-a\n",
        "1795171234567-a.r",
        "1795171234567-a.r0",
        "1795171234567-a.r01",
        "-795171234567-a"
      })
  void otherTextsAreRefused(String text) {
    assertThatThrownBy(() -> PlanId.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessage(
            "Cannot parse plan \"%s\": expected 13 digits, a hyphen and [a-z0-9]+,"
                + " such as 1795171234567-k3f9",
            text);
  }

  @Test
  void partsThatWouldNotBeReadBackAreRefused() {
    assertThatThrownBy(() -> new PlanId(-1, "a")).isInstanceOf(MillraceException.class);
    assertThatThrownBy(() -> new PlanId(10_000_000_000_000L, "a"))
        .isInstanceOf(MillraceException.class);
    assertThatThrownBy(() -> new PlanId(1, "a-b"))
        .hasMessageStartingWith("Cannot parse plan \"0000000000001-a-b\"");
    assertThatThrownBy(() -> new PlanId(1, "a", -1)).isInstanceOf(MillraceException.class);
    assertThatThrownBy(() -> new PlanId(1, "a".repeat(41))).isInstanceOf(MillraceException.class);
  }
}
