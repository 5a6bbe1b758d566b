package io.millrace.sinks.mirror.vector;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Values of so many bytes each. */
final class FixedWidthCopier extends ColumnCopier {
  private final int width;
  private final GrowingBuffer data;

  FixedWidthCopier(int width, BufferAllocator allocator) {
    super(allocator);
    this.width = width;
    this.data = new GrowingBuffer(allocator);
  }

  @Override
  void appendValues(Runs runs) {
    ArrowBuf to = data.room((long) width * (rows() + runs.rows()));
    long at = (long) width * rows();
    for (int run = 0; run < runs.count(); run++) {
      ArrowBuf from = source(runs.source(run)).getDataBuffer();
      long first = (long) width * runs.first(run);
      int length = runs.length(run);
      if (length == 1 && width == Long.BYTES) {
        to.setLong(at, from.getLong(first));
      } else if (length == 1 && width == Integer.BYTES) {
        to.setInt(at, from.getInt(first));
      } else {
        to.setBytes(at, from, first, (long) width * length);
      }
      at += (long) width * length;
    }
  }

  @Override
  void releaseValues(List<ArrowBuf> buffers) {
    buffers.add(data.release((long) width * rows()));
  }

  @Override
  public void close() {
    super.close();
    data.close();
  }
}
