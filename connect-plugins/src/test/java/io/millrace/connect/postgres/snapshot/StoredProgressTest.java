package io.millrace.connect.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.plan.PlannedPartition;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a plan counts as read to its end. */
class StoredProgressTest {
  private static final StreamId STREAM = new StreamId("p", "trips");
  private static final PlanId PLAN = new PlanId(1_795_171_234_567L, "a");
  private static final PlanId LATER = new PlanId(1_795_171_234_999L, "b");

  private final FakeOffsets offsets = new FakeOffsets();
  private final StoredProgress progress = new StoredProgress(offsets, STREAM, RunId.SNAPSHOT);

  private void store(int place, PartitionProgress stored) {
    offsets.store(
        StoredProgress.sourcePartition(STREAM, RunId.SNAPSHOT, PlannedPartition.id(place)),
        stored.toOffset());
  }

  private static PartitionProgress reading(PlanId plan, int size, String request) {
    return new PartitionProgress(plan, size, request, 1, null);
  }

  @Test
  void nothingStoredIsNothingFinished() {
    assertThat(progress.finished("r")).isEmpty();
    assertThat(progress.latestPlan(9)).isZero();
    assertThat(progress.of(List.of("0000"))).isEmpty();
  }

  @Test
  void aPlanIsFinishedWhenAllItsPartitionsAre() {
    store(0, reading(PLAN, 2, "r").finished(10));
    assertThat(progress.finished("r")).as("0001 is missing").isEmpty();
    store(1, reading(PLAN, 2, "r"));
    assertThat(progress.finished("r")).as("0001 is being read").isEmpty();
    store(1, reading(LATER, 2, "r").finished(5));
    assertThat(progress.finished("r")).as("0001 is of another plan").isEmpty();
    store(1, reading(PLAN, 2, "r").finished(0));
    assertThat(progress.finished("r")).contains(reading(PLAN, 2, "r").finished(10));
    assertThat(progress.finished("another request")).isEmpty();
  }

  @Test
  void leftoversOfALargerPlanDoNoHarm() {
    for (int i = 0; i < 5; i++) {
      store(i, reading(PLAN, 5, "old").finished(1));
    }
    store(0, reading(LATER, 1, "r").finished(1));
    assertThat(progress.finished("r")).isPresent();
    assertThat(progress.finished("old")).isEmpty();
  }

  @Test
  void theLatestPlanIsFoundInAnyPartition() {
    store(0, reading(PLAN, 3, "r").finished(1));
    store(2, reading(LATER, 3, "r"));
    assertThat(progress.latestPlan(3)).isEqualTo(LATER.epochMillis());
  }

  @Test
  void connectGivesNumbersBackAsLongs() {
    Map<String, Object> offset = reading(PLAN, 2, "r").finished(10).toOffset();
    offset.put("plan_size", 2L);
    offset.put("attempt", 1L);
    offset.put("rows", 10);
    assertThat(PartitionProgress.of(offset)).contains(reading(PLAN, 2, "r").finished(10));
  }

  @Test
  void aForeignOffsetIsRefused() {
    assertThatThrownBy(() -> PartitionProgress.of(Map.of("lsn", 17L)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("lsn");
  }
}
