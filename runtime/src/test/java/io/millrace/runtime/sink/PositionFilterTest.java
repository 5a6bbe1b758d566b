package io.millrace.runtime.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.change.Position;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PositionFilterTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("_lsn", new ArrowType.Int(64, true)),
              Field.nullable("_seq", new ArrowType.Int(64, true))));

  private final BufferAllocator allocator = new RootAllocator();
  private final PositionFilter filter = new PositionFilter(new Position(5, 2));

  @AfterEach
  void requireNoLeak() {
    allocator.close();
  }

  private VectorSchemaRoot batch(long[]... positions) {
    VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, allocator);
    for (int row = 0; row < positions.length; row++) {
      ((BigIntVector) batch.getVector("_lsn")).setSafe(row, positions[row][0]);
      ((BigIntVector) batch.getVector("_seq")).setSafe(row, positions[row][1]);
    }
    batch.setRowCount(positions.length);
    return batch;
  }

  /** What is left, as {@code commit.index}. */
  private List<String> news(long[]... positions) {
    try (VectorSchemaRoot left = filter.news(batch(positions))) {
      var found = new ArrayList<String>();
      for (int row = 0; row < left.getRowCount(); row++) {
        found.add(
            left.getVector("_lsn").getObject(row) + "." + left.getVector("_seq").getObject(row));
      }
      return found;
    }
  }

  private static long[] at(long commit, long index) {
    return new long[] {commit, index};
  }

  @Test
  void leavesOutWhatWasReachedWithinATransactionToo() {
    assertThat(news(at(4, 9), at(5, 1), at(5, 2), at(5, 3), at(6, 0)))
        .containsExactly("5.3", "6.0");
  }

  /** {@link #requireNoLeak} looks for what would stay behind. */
  @Test
  void leavesNothingBehindWhereMemoryIsOut() {
    VectorSchemaRoot batch = batch(at(4, 9), at(5, 1), at(5, 2), at(5, 3), at(6, 0));
    allocator.setLimit(allocator.getAllocatedMemory());
    assertThatThrownBy(() -> filter.news(batch)).isInstanceOf(OutOfMemoryException.class);
    assertThat(allocator.getAllocatedMemory()).isZero();
  }

  @Test
  void whatItGaveBackIsReachedThen() {
    assertThat(news(at(5, 3), at(6, 7))).containsExactly("5.3", "6.7");
    assertThat(news(at(5, 3), at(6, 7))).isEmpty();
    assertThat(news(at(6, 7), at(6, 8))).containsExactly("6.8");
  }

  @Test
  void positionsHaveNoSign() {
    assertThat(news(at(Long.MIN_VALUE, 0), at(-1, 0))).hasSize(2);
    assertThat(news(at(Long.MAX_VALUE, 0))).isEmpty();
  }

  @Test
  void refusesPositionsThatDoNotRise() {
    assertThatThrownBy(() -> news(at(6, 0), at(6, 0)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("mixed them up");
    assertThatThrownBy(() -> news(at(8, 1), at(7, 3))).hasMessageContaining("mixed them up");
  }

  @Test
  void refusesRowsWithoutPositions() {
    VectorSchemaRoot batch = batch(at(6, 0));
    batch.getVector("_seq").setNull(0);
    assertThatThrownBy(() -> filter.news(batch)).hasMessageContaining("needs _lsn and _seq");
  }
}
