package io.millrace.connect.clickhouse.column.nested;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import io.millrace.connect.clickhouse.column.read.ValueReader;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** {@code Array} and {@code Map}: where each row's elements end (64 bits), then all elements. */
final class ListReader extends ValueReader {
  private final ListVector vector;
  private final ValueReader elements;
  private int[] ends = new int[1024];

  /** A reader of lists, or of maps, whose elements another one reads. */
  ListReader(FieldVector vector, ValueReader elements) {
    this.vector = (ListVector) vector;
    this.elements = elements;
  }

  @Override
  public FieldVector vector() {
    return vector;
  }

  @Override
  public void readPrefix(NativeInput in) {
    elements.readPrefix(in);
  }

  @Override
  public void read(NativeInput in, int count, NullMap nulls) {
    in.claim(2L * count * Integer.BYTES);
    long last = 0;
    for (int row = 0; row < count; row++) {
      long next = in.int64();
      if (next < last || next > Integer.MAX_VALUE - 1) {
        throw UnreadableBlock.malformed(
            "its lists end at element %d after %d".formatted(next, last));
      }
      if (row == ends.length) {
        ends = Arrays.copyOf(ends, 2 * ends.length);
      }
      ends[row] = (int) next;
      last = next;
    }
    readElements(in, (int) last, count);
    load(count, nulls);
  }

  private void readElements(NativeInput in, int total, int rows) {
    try {
      elements.read(in, total, NullMap.NONE);
    } catch (UnreadableBlock e) {
      if (!e.hasRow()) {
        throw e.within("[]");
      }
      int row = 0;
      while (row < rows - 1 && ends[row] <= e.row()) {
        row++;
      }
      int start = row == 0 ? 0 : ends[row - 1];
      throw e.within("[%d]".formatted(e.row() - start + 1), row);
    }
  }

  private void load(int count, NullMap nulls) {
    long size = (count + 1L) * Integer.BYTES;
    try (ArrowBuf offsets = vector.getAllocator().buffer(size);
        ArrowBuf validity = Validity.of(nulls, count, vector.getAllocator())) {
      MemoryUtil.putInt(offsets.memoryAddress(), 0);
      for (int row = 0; row < count; row++) {
        MemoryUtil.putInt(offsets.memoryAddress() + (row + 1L) * Integer.BYTES, ends[row]);
      }
      offsets.writerIndex(size);
      var node = new ArrowFieldNode(count, nulls.nulls(count));
      vector.loadFieldBuffers(node, List.of(validity, offsets));
    }
  }

  @Override
  public void close() {
    elements.close();
  }
}
