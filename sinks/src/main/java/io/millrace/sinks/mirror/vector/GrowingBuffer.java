package io.millrace.sinks.mirror.vector;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** A buffer that doubles as it fills. What was never written is zero. */
final class GrowingBuffer implements AutoCloseable {
  private static final int LEAST = 64;

  private final BufferAllocator allocator;
  private ArrowBuf buffer;

  GrowingBuffer(BufferAllocator allocator) {
    this.allocator = allocator;
    this.buffer = allocator.getEmpty();
  }

  /** The buffer with room for so many bytes from its beginning. */
  ArrowBuf room(long bytes) {
    long capacity = buffer.capacity();
    if (bytes > capacity) {
      ArrowBuf larger = allocator.buffer(Math.max(LEAST, Math.max(bytes, 2 * capacity)));
      larger.setBytes(0, buffer, 0, capacity);
      larger.setZero(capacity, larger.capacity() - capacity);
      buffer.close();
      buffer = larger;
    }
    return buffer;
  }

  /** Gives what was written away, and begins anew. */
  ArrowBuf release(long bytes) {
    ArrowBuf full = room(bytes);
    full.writerIndex(bytes);
    buffer = allocator.getEmpty();
    return full;
  }

  @Override
  public void close() {
    buffer.close();
    buffer = allocator.getEmpty();
  }
}
