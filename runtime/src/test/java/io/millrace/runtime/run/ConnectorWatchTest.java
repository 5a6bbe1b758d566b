package io.millrace.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.runtime.connect.ConnectorStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ConnectorWatchTest {
  private Instant now = Instant.parse("2026-11-20T10:00:00Z");
  private Supplier<Optional<ConnectorStatus>> connect = ConnectorWatchTest::runs;
  private int asked;
  private final ConnectorWatch watch =
      new ConnectorWatch(
          () -> {
            asked++;
            return connect.get();
          },
          () -> now);

  private static Optional<ConnectorStatus> runs() {
    return Optional.of(new ConnectorStatus("RUNNING", null, List.of()));
  }

  private static Optional<ConnectorStatus> away() {
    throw MillraceException.passing(Category.KAFKA, "no answer", new IOException());
  }

  private Optional<String> failureAfter(Duration span) {
    now = now.plus(span);
    return watch.failure();
  }

  @Test
  void saysWhyTheConnectorHasFailed() {
    assertThat(watch.failure()).isEmpty();
    connect = () -> Optional.of(new ConnectorStatus("FAILED", "X: no such table", List.of()));
    assertThat(failureAfter(Duration.ofSeconds(1))).hasValue("X: no such table");
  }

  @Test
  void asksOnceASecond() {
    for (int i = 0; i < 10; i++) {
      failureAfter(Duration.ofMillis(250));
    }
    assertThat(asked).isEqualTo(3);
  }

  @Test
  void outlivesAMinuteWithoutAnswer() {
    watch.failure();
    connect = ConnectorWatchTest::away;
    for (int second = 1; second <= 60; second++) {
      assertThat(failureAfter(Duration.ofSeconds(1))).isEmpty();
    }
    assertThatThrownBy(() -> failureAfter(Duration.ofSeconds(1))).hasMessage("no answer");
  }

  @Test
  void everyAnswerBeginsTheMinuteAnew() {
    for (int outage = 0; outage < 5; outage++) {
      connect = ConnectorWatchTest::away;
      assertThat(failureAfter(Duration.ofSeconds(59))).isEmpty();
      connect = Optional::empty;
      assertThat(failureAfter(Duration.ofSeconds(1))).isEmpty();
    }
    assertThat(asked).isEqualTo(10);
  }

  @Test
  void aRefusalIsNotOutlived() {
    connect =
        () -> {
          throw MillraceException.lasting(Category.KAFKA, "refused");
        };
    assertThatThrownBy(watch::failure).hasMessage("refused");
  }
}
