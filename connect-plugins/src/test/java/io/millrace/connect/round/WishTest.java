package io.millrace.connect.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.Commission;
import io.millrace.connect.round.SlotProgress.Outcome;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.SlotProgress.SlotUnit;
import io.millrace.core.PlanId;
import io.millrace.core.change.Position;
import io.millrace.core.window.RunRange;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What rounds answer, one after the other, as offsets tell of the last one. */
class WishTest {
  private final Map<String, Position> asked = new HashMap<>();

  private RunSchedule schedule(String request) {
    return RunSchedule.listening(
        new Commission("shop", request, new RunRange.Continuous()), () -> asked);
  }

  private static StoredRound round(Wish wish, Outcome outcome) {
    var id =
        new RoundId(new PlanId(1, "a"), 1, wish.toString(), new RunRange.Continuous(), Map.of());
    return new StoredRound(
        id, Map.of(0, new SlotProgress(id, SlotUnit.whole("orders"), 1, outcome)));
  }

  private static StoredRound read(Wish wish) {
    return round(wish, new Outcome.Finished(1));
  }

  private static StoredRound lost(Wish wish) {
    return round(wish, new Outcome.Begun());
  }

  private static Position at(long place) {
    return new Position(place, 0);
  }

  @Test
  void theFirstRoundAnswersAllThatWasAskedUntilThen() {
    asked.put("orders", at(10));
    Wish first = schedule("r").next(null);
    assertThat(first.isOfAll()).isTrue();
    assertThat(schedule("r").next(lost(first))).isEqualTo(first);
    assertThat(schedule("r").isIdle(read(first))).isTrue();
    assertThat(schedule("r").isDone(read(first))).as("somebody may ask").isFalse();
  }

  @Test
  void onlyWhatWasAskedForSinceIsReadAndOnce() {
    Wish first = schedule("r").next(null);
    assertThat(first).hasToString("r");
    asked.put("orders", at(10));
    Wish second = schedule("r").next(read(first));
    assertThat(second.streams()).containsExactly("orders");
    assertThat(schedule("r").isIdle(read(second))).isTrue();
    asked.put("items", at(20));
    Wish third = schedule("r").next(read(second));
    assertThat(third.streams()).containsExactly("items");
    assertThat(schedule("r").isIdle(read(third))).isTrue();
    asked.put("orders", at(30));
    assertThat(schedule("r").next(read(third)).streams()).containsExactly("orders");
  }

  @Test
  void aLostRoundIsMadeAgainWithWhatWasAskedMeanwhile() {
    asked.put("orders", at(10));
    Wish first = schedule("r").next(null);
    asked.put("items", at(20));
    Wish second = schedule("r").next(read(first));
    assertThat(schedule("r").next(lost(second))).isEqualTo(second);
    asked.put("orders", at(30));
    assertThat(schedule("r").next(lost(second)).streams())
        .containsExactlyInAnyOrder("orders", "items");
    assertThat(schedule("r").next(read(second)).streams()).containsExactly("orders");
  }

  @Test
  void anotherRequestIsForAllAndAnswersWhatIsOpen() {
    asked.put("orders", at(10));
    Wish first = schedule("r").next(null);
    asked.put("items", at(20));
    Wish another = schedule("again").next(lost(schedule("r").next(read(first))));
    assertThat(another.isOfAll()).isTrue();
    assertThat(schedule("again").isIdle(read(another))).isTrue();
  }

  @Test
  void aRoundsRequestTellsItAgain() {
    asked.put("orders", at(10));
    Wish all = Wish.all("any | text..", asked);
    assertThat(Wish.parse(all.toString())).isEqualTo(all);
    Wish some = Wish.since("r", at(3), asked);
    Wish parsed = Wish.parse(some.toString());
    assertThat(parsed.isOfAll()).isFalse();
    assertThat(parsed.request()).isEqualTo("r");
    assertThat(parsed.afterOrNull()).isEqualTo(at(3));
    assertThat(parsed.through()).isEqualTo(at(10));
    assertThat(Wish.parse("plain")).isEqualTo(Wish.all("plain", Map.of()));
  }
}
