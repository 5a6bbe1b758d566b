package io.millrace.connect.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.RunId;
import io.millrace.core.change.Progress;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.WindowOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class CommitWindowsTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  private final CommitWindows windows =
      new CommitWindows(WindowOptions.OF_CHANGES, NOON.plusSeconds(60));

  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  @Test
  void theMaximumCountsAndNeverGoesBack() {
    Instant later = NOON.plus(Duration.ofMinutes(59)).plusNanos(999_999_000);
    assertThat(windows.isBegunBy(micros(later))).isFalse();
    windows.advance(micros(later));
    assertThat(windows.progress()).isEqualTo(new Progress(new RunId("2026-11-20T12:00"), later));
    windows.advance(micros(NOON.minusSeconds(7200)));
    assertThat(windows.progress()).isEqualTo(new Progress(new RunId("2026-11-20T12:00"), later));
  }

  @Test
  void aCommitAtTheEndBeginsTheNextWindow() {
    Instant end = NOON.plus(Duration.ofHours(1));
    assertThat(windows.isBegunBy(micros(end))).isTrue();
    windows.advance(micros(end));
    assertThat(windows.progress()).isEqualTo(new Progress(new RunId("2026-11-20T13:00"), end));
    assertThat(windows.isBegunBy(micros(NOON))).as("an earlier commit behind it").isFalse();
    windows.advance(micros(end.plus(Duration.ofHours(5))));
    assertThat(windows.progress().run()).isEqualTo(new RunId("2026-11-20T18:00"));
  }

  @Test
  void zonesAndLengthsAreThoseOfTheOptions() {
    var daily =
        new WindowOptions(
            WindowOptions.COMMIT_TIME,
            Duration.ofDays(1),
            Duration.ZERO,
            "Europe/Berlin",
            0,
            NullRows.ERROR);
    assertThat(new CommitWindows(daily, Instant.parse("2026-11-20T23:30:00Z")).progress().run())
        .isEqualTo(new RunId("2026-11-21+01:00"));
  }
}
