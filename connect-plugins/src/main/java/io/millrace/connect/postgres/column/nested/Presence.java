package io.millrace.connect.postgres.column.nested;

import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Which rows of a nested vector are there, and which are NULL. */
public final class Presence {
  private byte[] bits = new byte[128];
  private int rows;
  private int nulls;

  /** Adds a row. */
  public void add(boolean present) {
    int at = rows >>> 3;
    if (at == bits.length) {
      bits = Arrays.copyOf(bits, 2 * at);
    }
    int bit = rows & 7;
    if (bit == 0) {
      bits[at] = 0; // whatever an earlier batch has left there
    }
    if (present) {
      bits[at] |= (byte) (1 << bit);
    } else {
      nulls++;
    }
    rows++;
  }

  int rows() {
    return rows;
  }

  /** Begins again at row 0. */
  public void reset() {
    rows = 0;
    nulls = 0;
  }

  /** Hands it to a vector that has no other buffer. */
  public void finish(FieldVector vector) {
    try (ArrowBuf validity = toBuffer(vector.getAllocator())) {
      vector.loadFieldBuffers(node(), List.of(validity));
    }
  }

  ArrowFieldNode node() {
    return new ArrowFieldNode(rows, nulls);
  }

  /** The bitmap; the caller closes it. */
  ArrowBuf toBuffer(BufferAllocator allocator) {
    int length = (rows + 7) >>> 3;
    ArrowBuf buffer = allocator.buffer(Math.max(length, 1));
    buffer.setBytes(0, bits, 0, length);
    return buffer.writerIndex(length);
  }
}
