package io.millrace.sinks.mirror.vector;

import io.millrace.core.MillraceException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Where the values of a growing column begin and end: one 32-bit number more than values. */
final class Offsets implements AutoCloseable {
  private final GrowingBuffer buffer;

  Offsets(BufferAllocator allocator) {
    this.buffer = new GrowingBuffer(allocator);
  }

  /** One of a source's offsets. */
  static int at(ArrowBuf offsets, int row) {
    return offsets.getInt((long) row << 2);
  }

  /** How much lies between the beginning of a row and the end of so many. */
  static int between(ArrowBuf offsets, int first, int length) {
    return at(offsets, first + length) - at(offsets, first);
  }

  /** Where the last of so many values ends. */
  int end(int rows) {
    return rows == 0 ? 0 : at(buffer.room((rows + 1L) << 2), rows);
  }

  /** Makes room for so many values that will end there. */
  void reserve(int rows, long end) {
    if (end > Integer.MAX_VALUE) {
      throw MillraceException.data(
          "Cannot copy %d values of %d bytes into one batch: it holds 2 GiB".formatted(rows, end));
    }
    buffer.room((rows + 1L) << 2);
  }

  /** Continues with the lengths of a source's values; their room is reserved. */
  void copy(ArrowBuf from, int first, int length, int row) {
    ArrowBuf to = buffer.room((row + length + 1L) << 2);
    int shift = at(to, row) - at(from, first);
    for (int i = 1; i <= length; i++) {
      to.setInt((long) (row + i) << 2, at(from, first + i) + shift);
    }
  }

  ArrowBuf release(int rows) {
    return buffer.release((rows + 1L) << 2);
  }

  @Override
  public void close() {
    buffer.close();
  }
}
