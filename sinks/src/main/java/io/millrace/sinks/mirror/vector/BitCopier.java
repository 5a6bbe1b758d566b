package io.millrace.sinks.mirror.vector;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Booleans. */
final class BitCopier extends ColumnCopier {
  private final GrowingBuffer data;

  BitCopier(BufferAllocator allocator) {
    super(allocator);
    this.data = new GrowingBuffer(allocator);
  }

  @Override
  void appendValues(Runs runs) {
    ArrowBuf to = data.room((rows() + runs.rows() + 7L) >> 3);
    int at = rows();
    for (int run = 0; run < runs.count(); run++) {
      ArrowBuf from = source(runs.source(run)).getDataBuffer();
      BitRuns.copy(from, runs.first(run), to, at, runs.length(run));
      at += runs.length(run);
    }
  }

  @Override
  void releaseValues(List<ArrowBuf> buffers) {
    buffers.add(data.release((rows() + 7L) >> 3));
  }

  @Override
  public void close() {
    super.close();
    data.close();
  }
}
