package io.millrace.sinks.parquet;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.parquet.bytes.ByteBufferAllocator;

/**
 * One piece of native memory that every allocation uses anew. It is freed by {@link #close()}, not
 * by the garbage collector, which may not run for hours on a heap that hardly grows.
 */
final class NativeBuffer implements ByteBufferAllocator, AutoCloseable {
  private static final int SMALLEST = 64 << 10;

  private long address;
  private int capacity;

  /** A buffer of exactly this size; the one handed out before is no longer to be used. */
  @Override
  public ByteBuffer allocate(int size) {
    if (size > capacity) {
      close();
      int wanted = Math.max(size, SMALLEST);
      address = MemoryUtil.allocateMemory(wanted);
      capacity = wanted;
    }
    return MemoryUtil.directBuffer(address, capacity).limit(size);
  }

  @Override
  public void release(ByteBuffer buffer) {
    // kept for the next page
  }

  @Override
  public boolean isDirect() {
    return true;
  }

  @Override
  public void close() {
    if (capacity > 0) {
      MemoryUtil.freeMemory(address);
      capacity = 0;
    }
  }
}
