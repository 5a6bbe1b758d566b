package io.millrace.sinks.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.mirror.vector.BatchBuilder;
import io.millrace.sinks.mirror.vector.BatchLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Long and short runs of every kind of column, with and without NULLs, from several sources. */
class BatchBuilderTest {
  private static final int SOURCES = 3;

  private final BufferAllocator allocator = new RootAllocator(128 << 20);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @Test
  void rowsComeOutAsTheyWereAdded() throws IOException {
    for (int seed = 0; seed < 24; seed++) {
      copy(new Random(seed));
    }
  }

  private void copy(Random random) throws IOException {
    List<PlayedColumn> columns = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      columns.add(PlayedColumn.any("c" + i, random));
    }
    var schema = new Schema(columns.stream().map(PlayedColumn::field).toList());
    List<VectorSchemaRoot> sources = new ArrayList<>();
    List<List<String>> texts = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    List<String> actual = new ArrayList<>();
    var limits = new BatchLimits(1 + random.nextInt(700), 1 << (4 + random.nextInt(16)));
    try (var builder = new BatchBuilder(schema, limits, allocator)) {
      builder.setOutput(
          batch -> {
            assertThat(batch.getRowCount()).isBetween(1, limits.rows());
            actual.addAll(Values.texts(batch));
          });
      for (int source = 0; source < SOURCES; source++) {
        VectorSchemaRoot batch = Values.batch(schema, rows(columns, random), allocator);
        sources.add(batch);
        texts.add(Values.texts(batch));
        builder.setSource(source, batch.getFieldVectors(), batch.getRowCount());
      }
      for (int run = 0; run < 120; run++) {
        int source = random.nextInt(SOURCES);
        int rows = sources.get(source).getRowCount();
        int first = random.nextInt(rows);
        int length = random.nextBoolean() ? 1 : random.nextInt(rows - first);
        if (length == 1 && random.nextInt(3) == 0) {
          int from = random.nextInt(SOURCES);
          int row = random.nextInt(sources.get(from).getRowCount());
          int column = random.nextInt(columns.size());
          builder.add(source, first, 1, new int[] {column, from, row});
          String[] cells = texts.get(source).get(first).split(" \\| ", -1);
          cells[column] = texts.get(from).get(row).split(" \\| ", -1)[column];
          expected.add(String.join(" | ", cells));
        } else {
          builder.add(source, first, length);
          expected.addAll(texts.get(source).subList(first, first + length));
        }
        if (random.nextInt(5) == 0) {
          builder.copy();
        }
      }
      builder.finish();
      assertThat(actual).isEqualTo(expected);
    } finally {
      sources.forEach(VectorSchemaRoot::close);
    }
  }

  private static List<Object[]> rows(List<PlayedColumn> columns, Random random) {
    boolean[] hasNulls = new boolean[columns.size()];
    for (int i = 0; i < hasNulls.length; i++) {
      hasNulls[i] = random.nextBoolean();
    }
    List<Object[]> rows = new ArrayList<>();
    for (int row = 1 + random.nextInt(500); row > 0; row--) {
      Object[] cells = new Object[columns.size()];
      Arrays.setAll(
          cells,
          i -> hasNulls[i] && random.nextInt(3) == 0 ? null : columns.get(i).value().apply(random));
      rows.add(cells);
    }
    return rows;
  }
}
