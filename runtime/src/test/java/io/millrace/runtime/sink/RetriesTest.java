package io.millrace.runtime.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private final RecordedEvents events = new RecordedEvents();
  private final Retries retries = new Retries(Duration.ofMillis(1), events);
  private final AtomicInteger calls = new AtomicInteger();

  private static MillraceException busy() {
    return MillraceException.passing(MillraceException.Category.TARGET, "busy", null);
  }

  @Test
  void triesAgainUntilThereIsAnAnswer() {
    String answer =
        retries.untilAnswered(
            "ask",
            () -> {
              if (calls.incrementAndGet() < 4) {
                throw busy();
              }
              return "yes";
            });
    assertThat(answer).isEqualTo("yes");
    assertThat(events.of("retrying")).hasSize(3).allMatch(text -> text.contains("ask: busy"));
  }

  @Test
  void passesOnWhatNoRetryHelpsAgainst() {
    var full = MillraceException.lasting(MillraceException.Category.TARGET, "full");
    assertThatThrownBy(
            () ->
                retries.untilAnswered(
                    "ask",
                    () -> {
                      calls.incrementAndGet();
                      throw full;
                    }))
        .isSameAs(full);
    assertThat(calls).hasValue(1);
  }

  @Test
  void givesUpWhenStopped() {
    assertThatThrownBy(
            () ->
                retries.untilAnswered(
                    "ask",
                    () -> {
                      if (calls.incrementAndGet() == 3) {
                        retries.stop();
                      }
                      throw busy();
                    }))
        .isInstanceOf(CancellationException.class);
    assertThat(calls).hasValue(3);
  }

  @Test
  void anInterruptionIsKept() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () ->
                retries.untilAnswered(
                    "ask",
                    () -> {
                      throw busy();
                    }))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
