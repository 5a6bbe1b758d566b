package io.millrace.core.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every transform has to keep, whatever it does. */
public abstract class TransformContract {
  /** What the batches of these tests are a part of. */
  protected static final Unit UNIT =
      new Unit(
          new StreamId("lab", "trips"),
          new RunId("2026-11-19"),
          new PlanId(1_795_171_234_567L, "k3f9"),
          "3");

  private final BufferAllocator allocator = new RootAllocator();

  /** Opens the transform for batches of {@link SampleRows#SCHEMA}, always with the same options. */
  protected abstract Transform open(Schema input);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @Test
  void itsSchemaIsKnownBeforeDataFlowsAndIsTheBatchs() {
    Transform transform = open(SampleRows.SCHEMA);
    Schema announced = transform.output();

    try (VectorSchemaRoot out = transform.apply(SampleRows.of(allocator, 0, 100), UNIT)) {
      assertThat(out.getSchema()).isEqualTo(announced);
    }
    assertThat(transform.output()).isEqualTo(announced);
  }

  @Test
  void itTakesTheBatchOver() {
    Transform transform = open(SampleRows.SCHEMA);

    transform.apply(SampleRows.of(allocator, 0, 100), UNIT).close();

    assertThat(allocator.getAllocatedMemory()).isZero();
  }

  @Test
  void everyRetryGivesTheSame() {
    Transform transform = open(SampleRows.SCHEMA);
    List<String> first = rows(transform, SampleRows.of(allocator, 0, 100));

    rows(transform, SampleRows.of(allocator, 700, 20));

    assertThat(rows(transform, SampleRows.of(allocator, 0, 100))).isEqualTo(first);
    assertThat(rows(open(SampleRows.SCHEMA), SampleRows.of(allocator, 0, 100))).isEqualTo(first);
  }

  @Test
  void anEmptyBatchGivesAnEmptyBatch() {
    Transform transform = open(SampleRows.SCHEMA);

    try (VectorSchemaRoot out = transform.apply(SampleRows.of(allocator, 0, 0), UNIT)) {
      assertThat(out.getRowCount()).isZero();
      assertThat(out.getSchema()).isEqualTo(transform.output());
    }
  }

  @Test
  void howTheRowsAreCutChangesNothing() {
    Transform transform = open(SampleRows.SCHEMA);
    List<String> whole = rows(transform, SampleRows.of(allocator, 0, 100));

    var cut = new ArrayList<String>();
    for (int[] piece : new int[][] {{0, 1}, {1, 6}, {7, 57}, {64, 36}}) {
      cut.addAll(rows(transform, SampleRows.of(allocator, piece[0], piece[1])));
    }

    assertThat(cut).isEqualTo(whole);
  }

  @Test
  void aSliceOfALargerBatchIsABatchLikeAnyOther() {
    Transform transform = open(SampleRows.SCHEMA);

    List<String> sliced;
    try (VectorSchemaRoot whole = SampleRows.of(allocator, 0, 100)) {
      List<String> before = SampleRows.texts(whole);
      sliced = rows(transform, whole.slice(13, 50));
      assertThat(SampleRows.texts(whole)).as("the rest of the batch").isEqualTo(before);
    }

    assertThat(sliced).isEqualTo(rows(transform, SampleRows.of(allocator, 13, 50)));
  }

  private static List<String> rows(Transform transform, VectorSchemaRoot batch) {
    try (VectorSchemaRoot out = transform.apply(batch, UNIT)) {
      return SampleRows.texts(out);
    }
  }
}
