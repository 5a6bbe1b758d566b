package io.millrace.connect.postgres.column.nested;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.complex.ListVector;

/**
 * The lists of one list or map vector: which are there, and where each ends. Kept on the heap until
 * the batch is whole, since growing a list vector would grow what is inside it, too.
 */
final class Lists {
  private final ListVector vector;
  private final Presence presence = new Presence();
  private int[] ends = new int[1024];
  private int elements;

  Lists(ListVector vector) {
    this.vector = vector;
  }

  /** A list of so many elements. */
  void add(int count) {
    add(count, /* present= */ true);
  }

  void addNull() {
    add(0, /* present= */ false);
  }

  private void add(int count, boolean present) {
    if (presence.rows() == ends.length) {
      ends = Arrays.copyOf(ends, 2 * ends.length);
    }
    elements = Math.addExact(elements, count);
    ends[presence.rows()] = elements;
    presence.add(present);
  }

  /** How many lists there are. */
  int count() {
    return presence.rows();
  }

  /** How many elements all lists have. */
  int elements() {
    return elements;
  }

  /** The first element of a list. */
  int start(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }

  /** The list that an element belongs to. */
  int rowOf(int element) {
    int row = Arrays.binarySearch(ends, 0, count(), element);
    row = row < 0 ? -row - 1 : row + 1;
    while (row < count() && ends[row] <= element) {
      row++; // the empty ones that end at the same place
    }
    return row;
  }

  long bytes() {
    return (long) count() * Integer.BYTES + (count() >> 3);
  }

  void reset() {
    presence.reset();
    elements = 0;
  }

  /** Hands them to the vector. */
  void finish() {
    int size = (count() + 1) * Integer.BYTES;
    try (ArrowBuf validity = presence.toBuffer(vector.getAllocator());
        ArrowBuf offsets = vector.getAllocator().buffer(size)) {
      ByteBuffer target = offsets.nioBuffer(0, size).order(ByteOrder.LITTLE_ENDIAN);
      target.putInt(0).asIntBuffer().put(ends, 0, count());
      offsets.writerIndex(size);
      vector.loadFieldBuffers(presence.node(), List.of(validity, offsets));
    }
  }
}
