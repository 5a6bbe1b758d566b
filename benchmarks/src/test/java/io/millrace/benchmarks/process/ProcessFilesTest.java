package io.millrace.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.benchmarks.process.ProcessFiles.Times;
import org.junit.jupiter.api.Test;

class ProcessFilesTest {
  @Test
  void aCommandsNameMayHoldBracketsAndSpaces() {
    Times times =
        Times.parse("17 (a) b (c)) S 1 17 17 0 -1 4194560 9 8 7 6 250 50 1200 34 20 0 1 0 5\n");
    assertThat(times.own()).isCloseTo(3.0, within(1e-9));
    assertThat(times.ended()).isCloseTo(12.34, within(1e-9));
  }

  @Test
  void idleAndWaitingAreNotBusy() {
    assertThat(ProcessFiles.busySeconds("cpu  100 200 300 77777 88888 10 20 0 40 0\ncpu0 1 1"))
        .isCloseTo(6.3, within(1e-9));
  }

  @Test
  void thisProcessHasUsedSomething() {
    long own = ProcessHandle.current().pid();
    assertThat(ProcessFiles.times(own).orElseThrow().own()).isPositive();
    assertThat(ProcessFiles.peakMebibytes(own)).isPositive();
    assertThat(ProcessFiles.machineSeconds()).isPositive();
  }

  @Test
  void aProcessThatIsGoneHasUsedNothing() {
    assertThat(ProcessFiles.times(Integer.MAX_VALUE)).isEmpty();
    assertThat(ProcessFiles.peakMebibytes(Integer.MAX_VALUE)).isZero();
  }
}
