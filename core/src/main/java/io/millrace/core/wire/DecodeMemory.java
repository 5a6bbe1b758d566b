package io.millrace.core.wire;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Where one record value is decoded: takes no more memory than an honest one needs, since a few
 * bytes may claim to unfold into gigabytes, and many buffers may lie at the same place.
 */
final class DecodeMemory {
  /** Beyond what any row of ours needs, and within what a process has for vectors by default. */
  private static final long LEAST = 256L << 20;

  /** For record values that are large themselves. */
  private static final int LARGEST_RATIO = 256;

  private final BufferAllocator allocator;
  private final long limit;
  private long taken;

  /** Memory for a value of so many bytes. */
  DecodeMemory(BufferAllocator allocator, int valueBytes) {
    this.allocator = allocator;
    this.limit = Math.max(LEAST, (long) LARGEST_RATIO * valueBytes);
  }

  BufferAllocator allocator() {
    return allocator;
  }

  /**
   * A buffer with room for so many bytes.
   *
   * @throws IllegalArgumentException if that is more than such a value may take
   */
  ArrowBuf buffer(long bytes) {
    take(bytes);
    return allocator.buffer(bytes);
  }

  /** Counts bytes that will be needed elsewhere. */
  void take(long bytes) {
    if (bytes > limit - taken) {
      throw new IllegalArgumentException(
          "it takes more than the %d bytes that are allowed once decoded".formatted(limit));
    }
    taken += bytes;
  }
}
