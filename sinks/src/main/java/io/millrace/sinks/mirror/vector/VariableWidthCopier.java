package io.millrace.sinks.mirror.vector;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Texts and byte strings. */
final class VariableWidthCopier extends ColumnCopier {
  private final Offsets offsets;
  private final GrowingBuffer data;

  VariableWidthCopier(BufferAllocator allocator) {
    super(allocator);
    this.offsets = new Offsets(allocator);
    this.data = new GrowingBuffer(allocator);
  }

  @Override
  void appendValues(Runs runs) {
    long at = offsets.end(rows());
    long bytes = at;
    for (int run = 0; run < runs.count(); run++) {
      ArrowBuf from = source(runs.source(run)).getOffsetBuffer();
      bytes += Offsets.between(from, runs.first(run), runs.length(run));
    }
    offsets.reserve(rows() + runs.rows(), bytes);
    ArrowBuf to = data.room(bytes);
    int row = rows();
    for (int run = 0; run < runs.count(); run++) {
      var from = source(runs.source(run));
      ArrowBuf ends = from.getOffsetBuffer();
      int first = runs.first(run);
      int length = runs.length(run);
      int start = Offsets.at(ends, first);
      int count = Offsets.between(ends, first, length);
      to.setBytes(at, from.getDataBuffer(), start, count);
      offsets.copy(ends, first, length, row);
      row += length;
      at += count;
    }
  }

  @Override
  void releaseValues(List<ArrowBuf> buffers) {
    long bytes = offsets.end(rows());
    buffers.add(offsets.release(rows()));
    buffers.add(data.release(bytes));
  }

  @Override
  public void close() {
    super.close();
    offsets.close();
    data.close();
  }
}
