package io.millrace.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.connect.ConnectorStatus.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectorStatusTest {
  private static final Task RUNNING = new Task(0, "RUNNING", null);

  @Test
  void runsWhenAllOfItRuns() {
    assertThat(new ConnectorStatus("RUNNING", null, List.of(RUNNING)).running()).isTrue();
    assertThat(new ConnectorStatus("RUNNING", null, List.of()).running()).isTrue();
    assertThat(
            new ConnectorStatus("RUNNING", null, List.of(RUNNING, new Task(1, "UNASSIGNED", null)))
                .running())
        .isFalse();
    assertThat(new ConnectorStatus("PAUSED", null, List.of(RUNNING)).running()).isFalse();
  }

  @Test
  void tellsTheInnermostCauseOfAFailure() {
    String trace =
        """
        org.apache.kafka.connect.errors.ConnectException: Tolerance exceeded
        \tat org.apache.kafka.connect.runtime.Worker.run(Worker.java:1)
        Caused by: org.postgresql.util.PSQLException: wrapped
        \tat a.B.c(B.java:2)
        Caused by: io.millrace.core.MillraceException: Cannot connect to db:5432
        \t... 8 more
        """;
    assertThat(
            new ConnectorStatus("RUNNING", null, List.of(RUNNING, new Task(1, "FAILED", trace)))
                .failure())
        .contains("task 1: Cannot connect to db:5432");
    assertThat(new ConnectorStatus("FAILED", "a.BException: no\n\tat x", List.of()).failure())
        .contains("no");
    assertThat(new ConnectorStatus("FAILED", null, List.of()).failure())
        .contains("Kafka Connect does not say why");
    assertThat(new ConnectorStatus("RUNNING", null, List.of(RUNNING)).failure()).isEmpty();
  }
}
