package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException.Category;
import java.time.Instant;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  private static final StreamId TRIPS = new StreamId("lab", "trips");
  private static final PlanId PLAN = new PlanId(1795171234567L, "k3f9");

  @Test
  void aUnitsTextNamesAllItsParts() {
    var unit = new Unit(TRIPS, RunId.SNAPSHOT, PLAN, "0003");

    assertThat(unit).hasToString("lab.trips/snapshot/1795171234567-k3f9/0003");
    assertThat(unit.plannedRun()).isEqualTo(new PlannedRun(TRIPS, RunId.SNAPSHOT, PLAN));
    assertThat(unit.plannedRun()).hasToString("lab.trips/snapshot/1795171234567-k3f9");
    assertThat(TRIPS.topic()).isEqualTo("lab.trips");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Trips", "a.b", "a b", "a/b", "ä", "a\n"})
  void aNameIsPartOfATopicAPathAndAGroupAlike(String name) {
    assertThatThrownBy(() -> new StreamId("lab", name))
        .hasMessage(
            "Cannot use \"%s\" as the name of a stream: only a-z, 0-9, _ and - are allowed", name)
        .satisfies(e -> assertCategory(e, Category.CONFIGURATION));
    assertThatThrownBy(() -> new StreamId(name, "trips"))
        .hasMessageStartingWith("Cannot use \"%s\" as the name of a pipeline", name);
    assertThat(StreamId.isName(name)).isFalse();
  }

  @Test
  void noStreamHasTheTopicOfTheDeadLetters() {
    assertThat(StreamId.deadLetters("lab")).isEqualTo("lab.dead-letters");
    assertThat(StreamId.isDeadLetters("lab.dead-letters")).isTrue();
    assertThat(StreamId.isDeadLetters("lab.trips")).isFalse();
    assertThatThrownBy(() -> new StreamId("lab", "dead-letters"))
        .hasMessageStartingWith("Cannot use \"dead-letters\" as the name of a stream")
        .satisfies(e -> assertCategory(e, Category.CONFIGURATION));
  }

  @Test
  void anIdIsAnyShortTextThatCanBeShown() {
    assertThatCode(() -> new RunId("2026-11-19T00:00+01:00 / Zürich 🚕"))
        .doesNotThrowAnyException();
    assertThatCode(() -> new RunId("x".repeat(200))).doesNotThrowAnyException();

    assertThatThrownBy(() -> new RunId(""))
        .hasMessage("Cannot use 0 characters as a run's id: 1 to 200 are allowed")
        .satisfies(e -> assertCategory(e, Category.DATA));
    assertThatThrownBy(() -> new RunId("x".repeat(201)))
        .hasMessage("Cannot use 201 characters as a run's id: 1 to 200 are allowed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\u0000b", "a\u007fb", "a\u0085b", "a\ud83db"})
  void charactersThatCannotBeShownOrEncodedAreRefused(String id) {
    assertThatThrownBy(() -> new RunId(id))
        .hasMessage(
            "Cannot use \"a?b\" as a run's id: control characters and lone surrogates are not"
                + " allowed");
    assertThatThrownBy(() -> new Unit(TRIPS, RunId.SNAPSHOT, PLAN, id))
        .hasMessageStartingWith("Cannot use \"a?b\" as a partition's id: ");
    assertThatThrownBy(() -> new Attempt(1, id, Instant.EPOCH))
        .hasMessageStartingWith("Cannot use \"a?b\" as an attempt's nonce: ");
  }

  @Test
  void attemptsCountFromOne() {
    assertThatThrownBy(() -> new Attempt(0, "n", Instant.EPOCH))
        .hasMessage("Cannot use attempt number 0: it starts at 1");
  }

  @Test
  void anAttemptKeepsItsStartAsItTravels() {
    assertThat(new Attempt(1, "n", Instant.parse("2026-11-20T10:00:00.123456789Z")).startedAt())
        .isEqualTo("2026-11-20T10:00:00.123Z");
  }

  @Test
  void aRangeMayBeOpenAtEitherEnd() {
    assertThat(new Bounds.Range("id", "1", null).from()).hasValue("1");
    assertThat(new Bounds.Range("id", "1", null).to()).isEmpty();
    assertThat(new Bounds.Range("id", null, "2").from()).isEmpty();
    assertThat(new Bounds.Range("id", null, "2").to()).hasValue("2");
  }

  private static void assertCategory(Throwable e, Category category) {
    assertThat(e)
        .asInstanceOf(InstanceOfAssertFactories.type(MillraceException.class))
        .extracting(MillraceException::category)
        .isEqualTo(category);
  }
}
