package io.millrace.connect.postgres.slot;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SlotChecksTest {
  private static final SystemId STORED = new SystemId("7445533012345678901", 1);
  private static final long PLACE = 0x1000;

  private final SlotChecks checks = new SlotChecks("s");

  private static SlotState state(long confirmed, String status, String invalidation) {
    return new SlotState(
        "pgoutput",
        "app",
        /* temporary= */ false,
        0,
        confirmed,
        new SlotState.Wal(0, status, /* safeBytesOrNull= */ null, invalidation),
        /* synced= */ false);
  }

  private static SlotState synced() {
    return new SlotState(
        "pgoutput",
        "app",
        /* temporary= */ false,
        0,
        PLACE,
        new SlotState.Wal(0, "reserved", /* safeBytesOrNull= */ null, ""),
        /* synced= */ true);
  }

  private static void assertRefused(ThrowingCallable check, String... words) {
    assertThatThrownBy(check)
        .isInstanceOf(MillraceException.class)
        .hasMessageContainingAll(words)
        .hasMessageContaining("\"s\"");
  }

  @Test
  void anotherServerIsRefused() {
    SlotState state = state(PLACE, "reserved", "");
    assertThatCode(() -> checks.requireSame(STORED, STORED, state, PLACE, PLACE))
        .doesNotThrowAnyException();
    var other = new SystemId("1", 1);
    assertThatThrownBy(() -> checks.requireSame(STORED, other, state, PLACE, PLACE))
        .isInstanceOf(MillraceException.class)
        .hasMessageContainingAll("identifier is 1", STORED.system(), "millrace drop FILE --slot");
  }

  @Test
  void aPromotedStandbyMustHaveTheSlotAndTheLog() {
    var promoted = new SystemId(STORED.system(), 2);
    assertRefused(
        () -> checks.requireSame(STORED, promoted, state(PLACE, "reserved", ""), PLACE, PLACE),
        "timeline 2",
        "not synchronized");
    assertThatCode(() -> checks.requireSame(STORED, promoted, synced(), PLACE, PLACE))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> checks.requireSame(STORED, promoted, synced(), PLACE - 8, PLACE))
        .isInstanceOf(MillraceException.class)
        .hasMessageContainingAll("ends at 0/FF8", "0/1000");
  }

  @Test
  void whatIsLostOrAheadIsRefused() {
    assertThatCode(() -> checks.requireUsable(state(0, "extended", ""), "app"))
        .doesNotThrowAnyException();
    assertRefused(() -> checks.requireUsable(state(0, "lost", ""), "app"), "wal_status lost");
    assertRefused(
        () -> checks.requireUsable(state(0, "reserved", "rows_removed"), "app"),
        "invalidated by rows_removed");
    assertRefused(() -> checks.requireUsable(state(0, "reserved", ""), "other"), "\"other\"");
    assertThatCode(() -> checks.requireNotAhead(state(PLACE, "reserved", ""), PLACE))
        .doesNotThrowAnyException();
    assertRefused(
        () -> checks.requireNotAhead(state(-8, "reserved", ""), PLACE),
        "FFFFFFFF/FFFFFFF8",
        "ahead of 0/1000");
  }
}
