package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BoundedStopTest {
  @Test
  void waitsForAStopInOrder() {
    var stopped = new AtomicBoolean();
    assertThat(BoundedStop.within(Duration.ofSeconds(10), "server", () -> stopped.set(true)))
        .isTrue();
    assertThat(stopped).isTrue();
  }

  @Test
  void leavesAHangingServerBehind() {
    var never = new CountDownLatch(1);
    assertThat(BoundedStop.within(Duration.ofMillis(50), "server", () -> awaitFor(never)))
        .isFalse();
    never.countDown();
  }

  @Test
  void aServerThatFailsToStopIsStopped() {
    Runnable failing =
        () -> {
          throw new IllegalStateException("STARTED");
        };
    assertThat(BoundedStop.within(Duration.ofSeconds(10), "server", failing)).isTrue();
  }

  private static void awaitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
