package io.millrace.runtime.run;

import io.millrace.core.options.ByteSize;
import io.millrace.runtime.sink.MemoryBudget;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * How a process divides its memory: the launcher has turned {@code --memory} into a heap and a
 * limit for vectors; of the heap a part is for batches that wait for their unit.
 */
public final class ProcessMemory implements AutoCloseable {
  /** Of the heap: the rest is for the consumer's fetches and for row groups being encoded. */
  private static final int WAITING_SHARE = 4;

  private static final String VECTORS = "millrace.memory.vectors";
  private static final long VECTORS_IF_UNSAID = 256L << 20;

  private final BufferAllocator vectors;
  private final MemoryBudget waiting;

  /** Reads the launcher's division. */
  public ProcessMemory() {
    String limit = System.getProperty(VECTORS);
    this.vectors =
        new RootAllocator(limit == null ? VECTORS_IF_UNSAID : ByteSize.parse(limit).bytes());
    this.waiting =
        new MemoryBudget(Runtime.getRuntime().maxMemory() / WAITING_SHARE, Long.MAX_VALUE);
  }

  /** Where batches are decoded. */
  public BufferAllocator vectors() {
    return vectors;
  }

  /** What batches may take until they are loaded. */
  public MemoryBudget waiting() {
    return waiting;
  }

  @Override
  public void close() {
    vectors.close();
  }
}
