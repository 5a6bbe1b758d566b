package io.millrace.connect.postgres.slot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Messages of the log that anybody may write. */
class ResnapshotSignalTest {
  private final ResnapshotSignal signal = new ResnapshotSignal("millrace_shop");

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void onlyThoseForThisSlotAreHeard() {
    assertThat(signal.stream("millrace.resnapshot", bytes("millrace_shop orders")))
        .hasValue("orders");
    assertThat(signal.stream("millrace.resnapshot", bytes("millrace_shop2 orders"))).isEmpty();
    assertThat(signal.stream("millrace.resnapshot", bytes("millrace_shop"))).isEmpty();
    assertThat(signal.stream("millrace.heartbeat", bytes("millrace_shop orders"))).isEmpty();
    assertThat(signal.stream("millrace.resnapshot", new byte[] {(byte) 0xff, 0})).isEmpty();
  }
}
