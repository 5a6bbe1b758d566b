package io.millrace.benchmarks.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.path.IcebergTable.Commit;
import java.util.List;
import org.junit.jupiter.api.Test;

class IcebergTableTest {
  @Test
  void oneCommitHasNoRate() {
    assertThat(IcebergTable.steadyRowsPerSecond(List.of())).isEmpty();
    assertThat(IcebergTable.steadyRowsPerSecond(List.of(new Commit(1000, 500)))).isEmpty();
  }

  @Test
  void theTimeBeforeTheFirstCommitDoesNotCount() {
    assertThat(
            IcebergTable.steadyRowsPerSecond(
                List.of(new Commit(30_000, 10), new Commit(40_000, 1010))))
        .hasValue(100);
  }

  @Test
  void aLastCommitOfLittleDoesNotCount() {
    assertThat(
            IcebergTable.steadyRowsPerSecond(
                List.of(
                    new Commit(10_000, 1000), new Commit(20_000, 2000), new Commit(50_000, 2100))))
        .hasValue(100);
  }
}
