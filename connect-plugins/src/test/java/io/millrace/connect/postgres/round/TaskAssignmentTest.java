package io.millrace.connect.postgres.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.server.BackendId;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.connect.round.Round;
import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.SlotProgress.SlotUnit;
import io.millrace.connect.round.StreamMark;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.change.Position;
import io.millrace.core.change.SnapshotPoint;
import io.millrace.core.window.RunRange;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

  private static SnapshotRound round(SnapshotPoint pointOrNull) {
    var marks =
        Map.of(
            "trips",
            new StreamMark(
                7_200,
                new TreeMap<>(Map.of(0L, 3L)),
                new TreeSet<>(Set.of(3_600L)),
                true,
                "wish",
                5));
    var id =
        new RoundId(
            new PlanId(1_795_171_234_567L, "k3f9"),
            BOUNDS.size(),
            "wish",
            RunRange.parse("..2026-11-20"),
            marks);
    var round =
        new Round(
            id,
            Map.of("trips", "public.trips", "odd", ""),
            IntStream.range(0, BOUNDS.size()).mapToObj(TaskAssignmentTest::unit).toList());
    return new SnapshotRound(
        round,
        new HeldSnapshot(
            "00000003-0000001B-1",
            new BackendId(4711, "2026-11-20 10:00:00.123456+00"),
            pointOrNull),
        Map.of("trips", "16384:16390 16400:16401", "odd", ""));
  }

  private static RoundUnit unit(int slot) {
    return new RoundUnit(
        slot,
        new SlotUnit(slot == 2 ? "odd" : "trips", 3_600L * slot, 3_600L * (slot + 1)),
        new RunId("2026-11-20T0" + slot + ":00"),
        3,
        BOUNDS.get(BOUNDS.size() - 1 - slot),
        new PlannedPartition(PlannedPartition.id(slot), BOUNDS.get(slot)),
        slot == 1 ? "no right to read it" : null);
  }

  @Test
  void surviveTheTripThroughATasksConfiguration() {
    var point = new SnapshotPoint(new PlanId(1_795_171_230_000L, "9x1z"), new Position(4711, 0));
    for (TaskAssignment assignment : round(point).deal(2)) {
      assertThat(TaskAssignment.of(assignment.toProperties())).isEqualTo(assignment);
      assertThat(assignment.snapshot().pointOrNull()).isEqualTo(point);
    }
    for (TaskAssignment assignment : round(null).deal(2)) {
      assertThat(TaskAssignment.of(assignment.toProperties())).isEqualTo(assignment);
    }
  }

  @Test
  void everyPartitionGoesToExactlyOneTask() {
    for (int tasks = 1; tasks < 9; tasks++) {
      List<TaskAssignment> dealt = round(null).deal(tasks);
      assertThat(dealt).hasSize(Math.min(tasks, BOUNDS.size()));
      assertThat(dealt)
          .allSatisfy(task -> assertThat(task.round().size()).isEqualTo(BOUNDS.size()));
      assertThat(dealt.stream().flatMap(task -> task.units().stream()))
          .containsExactlyInAnyOrderElementsOf(round(null).round().units());
    }
  }

  @Test
  void aTaskWithoutItsTextsIsRefused() {
    assertThatThrownBy(() -> TaskAssignment.of(Map.of("table", "public.trips")))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("millrace.task.plan");
  }
}
