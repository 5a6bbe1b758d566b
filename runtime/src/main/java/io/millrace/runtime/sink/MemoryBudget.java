package io.millrace.runtime.sink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of batches one process may keep, shared by its sinks: in memory, and on scratch
 * disk once memory is full. Thread-safe.
 *
 * <p>Memory is a mark rather than a wall: a batch that was read is kept, and then its consumer
 * makes room. Scratch disk is a wall.
 */
public final class MemoryBudget {
  private final long memory;
  private final long scratch;
  private final AtomicLong memoryUsed = new AtomicLong();
  private final AtomicLong scratchUsed = new AtomicLong();

  /** A budget of these many bytes of memory and of scratch disk. */
  public MemoryBudget(long memory, long scratch) {
    this.memory = memory;
    this.scratch = scratch;
  }

  /** The mark for batches in memory, in bytes. */
  public long memory() {
    return memory;
  }

  /** Bytes of batches in memory. */
  public long memoryUsed() {
    return memoryUsed.get();
  }

  /** Bytes of batches on scratch disk. */
  public long scratchUsed() {
    return scratchUsed.get();
  }

  /** Whether room must be made. */
  boolean isOver() {
    return memoryUsed.get() > memory;
  }

  void takeMemory(long bytes) {
    memoryUsed.addAndGet(bytes);
  }

  void returnMemory(long bytes) {
    memoryUsed.addAndGet(-bytes);
  }

  /** Takes scratch disk; says whether there was enough. */
  boolean takeScratch(long bytes) {
    if (scratchUsed.addAndGet(bytes) <= scratch) {
      return true;
    }
    returnScratch(bytes);
    return false;
  }

  void returnScratch(long bytes) {
    scratchUsed.addAndGet(-bytes);
  }
}
