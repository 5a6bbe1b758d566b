package io.millrace.connect.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.plan.PlannedPartition;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Plans dealt out to tasks, as texts and back. */
class TaskAssignmentTest {
  private static final List<Bounds> BOUNDS =
      List.of(
          new Bounds.Range("a,b.c", null, "it's; \"10\""),
          new Bounds.Range("a,b.c", "10", "20"),
          new Bounds.Range("a,b.c", "20", null),
          new Bounds.Nulls("a,b.c"),
          new Bounds.Everything());

  private static SnapshotPlan plan() {
    return new SnapshotPlan(
        new PlanId(1_795_171_234_567L, "k3f9"),
        "00000003-0000001B-1",
        new BackendId(4711, "2026-11-20 10:00:00.123456+00"),
        "16384:16390 16400:16401",
        IntStream.range(0, BOUNDS.size())
            .mapToObj(i -> new PlannedPartition(PlannedPartition.id(i), BOUNDS.get(i)))
            .toList());
  }

  @Test
  void surviveTheTripThroughATasksConfiguration() {
    for (TaskAssignment assignment : plan().deal(2)) {
      assertThat(TaskAssignment.of(assignment.toProperties())).isEqualTo(assignment);
    }
  }

  @Test
  void everyPartitionGoesToExactlyOneTask() {
    for (int tasks = 1; tasks < 9; tasks++) {
      List<TaskAssignment> dealt = plan().deal(tasks);
      assertThat(dealt).hasSize(Math.min(tasks, BOUNDS.size()));
      assertThat(dealt).allSatisfy(task -> assertThat(task.planSize()).isEqualTo(BOUNDS.size()));
      assertThat(dealt.stream().flatMap(task -> task.partitions().stream()))
          .containsExactlyInAnyOrderElementsOf(plan().partitions());
    }
  }

  @Test
  void aTaskWithoutItsTextsIsRefused() {
    assertThatThrownBy(() -> TaskAssignment.of(Map.of("table", "public.trips")))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("millrace.task.plan");
  }
}
