package io.millrace.connect.clickhouse.column.read;

import java.util.Arrays;
import org.apache.arrow.memory.util.MemoryUtil;

/** Which values of a block are NULL: a byte each in the answer, a bit each in a vector. */
public final class NullMap {
  /** No value is NULL. */
  public static final NullMap NONE = new NullMap(new long[0]);

  private static final long EACH = 0x0101010101010101L;

  /** Moves the lowest bit of each byte into the highest byte. */
  private static final long GATHER = 0x0102040810204080L;

  private long[] present;

  private NullMap(long[] present) {
    this.present = present;
  }

  /** A map to be read. */
  public NullMap() {
    this(new long[1024]);
  }

  /**
   * Reads so many bytes, 1 for NULL.
   *
   * @throws UnreadableBlock if a byte is neither 0 nor 1
   */
  public void read(NativeInput in, int count) {
    in.claim(count / Byte.SIZE);
    int words = (count + Long.SIZE - 1) / Long.SIZE;
    for (int word = 0; word < words; word++) {
      if (word == present.length) {
        present = Arrays.copyOf(present, 2 * present.length);
      }
      int bits = Math.min(Long.SIZE, count - word * Long.SIZE);
      present[word] = bits == Long.SIZE ? ~nulls(in) : ~nulls(in, bits);
    }
  }

  private static long nulls(NativeInput in) {
    long bits = 0;
    for (int i = 0; i < Long.SIZE; i += Byte.SIZE) {
      bits |= pack(in.int64()) << i;
    }
    return bits;
  }

  private static long nulls(NativeInput in, int count) {
    long bits = 0;
    for (int i = 0; i < count; i++) {
      bits |= pack(in.uint8()) << i;
    }
    return bits;
  }

  /** Eight bytes of 0 or 1 as eight bits. */
  public static long pack(long bytes) {
    if ((bytes & ~EACH) != 0) {
      throw UnreadableBlock.malformed("a byte that should be 0 or 1 is neither");
    }
    return (bytes * GATHER) >>> (Long.SIZE - Byte.SIZE);
  }

  /** Whether a value is NULL. */
  public boolean isNull(int row) {
    return this != NONE && (present[row / Long.SIZE] >>> row & 1) == 0;
  }

  /** How many of the first values are NULL. */
  public int nulls(int count) {
    int nulls = 0;
    for (int row = 0; row < count; row++) {
      nulls += isNull(row) ? 1 : 0;
    }
    return nulls;
  }

  /** Writes so many bits as a vector's validity. */
  public void writeTo(long validity, int count) {
    int words = count / Long.SIZE;
    for (int word = 0; word < words; word++) {
      MemoryUtil.putLong(validity + (long) word * Long.BYTES, word(word));
    }
    for (int bit = words * Long.SIZE; bit < count; bit += Byte.SIZE) {
      MemoryUtil.putByte(validity + bit / Byte.SIZE, (byte) (word(words) >>> bit));
    }
  }

  private long word(int word) {
    return this == NONE ? -1 : present[word];
  }
}
