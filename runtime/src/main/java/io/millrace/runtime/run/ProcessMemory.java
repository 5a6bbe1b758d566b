package io.millrace.runtime.run;

import io.millrace.core.MillraceException;
import io.millrace.core.options.ByteSize;
import io.millrace.core.stage.Sink;
import io.millrace.runtime.sink.MemoryBudget;
import io.millrace.runtime.sink.SinkSettings;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * How a process divides its memory. The launcher has turned {@code --memory} into a heap and a
 * limit for vectors. Of the heap, what the writers may hold comes first; batches that wait for
 * their unit take what is left, and go to scratch disk beyond that. docs/sizing.md has the figures.
 */
public final class ProcessMemory implements AutoCloseable {
  /** Clients of Kafka and of the target, and what a process remembers of its ledgers. */
  private static final long COMMON = 24L << 20;

  /** Of the heap, for the consumers' fetches and for the garbage collector's room. */
  private static final int ROOM_SHARE = 8;

  /** Of the heap, for batches that wait: more would save no work. */
  private static final int WAITING_SHARE = 4;

  private static final long LEAST_WAITING = 4L << 20;
  private static final long MIB = 1 << 20;

  private static final String VECTORS = "millrace.memory.vectors";
  private static final long VECTORS_IF_UNSAID = 256L << 20;

  private final BufferAllocator vectors;
  private final MemoryBudget waiting;

  /**
   * Divides it.
   *
   * @param writers heap that the writers of all sinks may hold, see {@link #ofWriters}
   * @throws MillraceException (CONFIGURATION) if it is more than this heap has room for
   */
  public ProcessMemory(long writers) {
    long heap = Runtime.getRuntime().maxMemory();
    long left = heap - COMMON - heap / ROOM_SHARE - writers;
    if (left < LEAST_WAITING) {
      throw MillraceException.configuration(
          ("Cannot write within this memory: the writers may hold %d MiB (writers x twice"
                  + " row_group_size and more) in a heap of %d MiB; raise --memory by %d MiB, or"
                  + " lower writers or row_group_size")
              .formatted(writers / MIB, heap / MIB, missing(LEAST_WAITING - left)));
    }
    this.waiting = new MemoryBudget(Math.min(left, heap / WAITING_SHARE), Long.MAX_VALUE);
    String limit = System.getProperty(VECTORS);
    this.vectors =
        new RootAllocator(limit == null ? VECTORS_IF_UNSAID : ByteSize.parse(limit).bytes());
  }

  /** Of more memory the launcher makes three fifths of heap at least, of which a part is room. */
  private static long missing(long heap) {
    return heap * 2 / MIB + 1;
  }

  /** Heap that the writers of a sink may hold. */
  public static long ofWriters(Sink sink, SinkSettings settings) {
    return settings.writers() * sink.sessionMemory() + sink.mirrorMemory();
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
