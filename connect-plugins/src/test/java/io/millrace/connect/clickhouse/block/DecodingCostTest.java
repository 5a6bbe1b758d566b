package io.millrace.connect.clickhouse.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/**
 * What decoding a million rows and more of {@link EightColumns} takes. {@link #main} measures how
 * fast it is; the test holds what does not depend on the machine.
 */
class DecodingCostTest {
  private static final int BLOCKS = 16;
  private static final int ROUNDS = 200;
  private static final double NANOS = 1e9;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static long decode(EightColumns answer, BufferAllocator allocator) {
    try (var reader =
        new NativeBlockReader(
            EightColumns.types(), answer, allocator, NativeBlockReader.LARGEST_BLOCK)) {
      while (reader.next()) {
        assertThat(reader.rows().getRowCount()).isEqualTo(EightColumns.BLOCK_ROWS);
      }
      return reader.rowCount();
    }
  }

  /** Objects, boxed values or buffers per value or per row would cost more than this. */
  @Test
  void decodingAllocatesNextToNothingPerRow() {
    var answer = new EightColumns(BLOCKS);
    try (var allocator = new RootAllocator()) {
      long rows = decode(answer, allocator);
      assertThat(rows).isGreaterThan(1_000_000);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      decode(answer.rewind(), allocator);
      double perRow = (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / rows;
      assertThat(perRow).as("heap bytes per row").isLessThan(1.0);
      assertThat(allocator.getPeakMemoryAllocation())
          .as("vectors of one block")
          .isLessThan(8 << 20);
    }
  }

  /** Prints rows and seconds of CPU, of this thread alone, round by round. */
  public static void main(String[] arguments) {
    var answer = new EightColumns(BLOCKS);
    try (var allocator = new RootAllocator()) {
      for (int round = 0; round < ROUNDS; round++) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long rows = decode(answer.rewind(), allocator);
        double seconds = (THREADS.getCurrentThreadCpuTime() - cpu) / NANOS;
        if (round % 20 == 19) {
          System.out.printf(
              "%d rows, %.1f M rows per CPU second, %.4f CPU seconds per million rows%n",
              rows, rows / seconds / 1e6, seconds * 1e6 / rows);
        }
      }
    }
  }
}
