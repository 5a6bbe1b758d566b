package io.millrace.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.MillraceException;
import io.millrace.runtime.sink.MemoryBudget;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  @Test
  void everySinkHasAPartOfItsOwnForBatchesThatWait() {
    try (var memory = new ProcessMemory(0)) {
      MemoryBudget one = memory.waiting(3);
      MemoryBudget another = memory.waiting(3);
      assertThat(another).isNotSameAs(one);
      assertThat(3 * one.memory()).isCloseTo(memory.waiting(1).memory(), within(3L));
    }
  }

  @Test
  void writersLeaveRoomForBatchesThatWait() {
    assertThatThrownBy(() -> new ProcessMemory(Runtime.getRuntime().maxMemory()))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("lower writers or row_group_size");
  }
}
