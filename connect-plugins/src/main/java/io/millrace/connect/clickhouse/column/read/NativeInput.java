package io.millrace.connect.clickhouse.column.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * The bytes of an answer, piece by piece. Counts what a block takes, so that no block takes more
 * than it may: neither by its bytes nor by what they unfold to.
 */
public final class NativeInput {
  private static final int LONGEST_VARINT = 9;

  private final Chunks chunks;
  private final long limit;

  /** Whose bytes the buffer is; null if they are the wide one's. */
  private Chunk chunk;

  /** For what is longer than the room before a piece; null before it is needed. */
  private byte[] wide;

  private byte[] buffer = new byte[0];

  /** The first byte of the buffer that is the answer's. */
  private int begin;

  private int position;
  private int end;

  /** How many bytes of the answer lie before the buffer's first. */
  private long passed;

  private long claimed;

  /**
   * Reads a stream, which stays its owner's to close.
   *
   * @param limit how many bytes a block may take
   */
  public NativeInput(InputStream in, long limit) {
    this(new Chunks.AsAsked(in), limit);
  }

  /**
   * Takes what is read ahead.
   *
   * @param limit how many bytes a block may take
   */
  public NativeInput(ReadAhead ahead, long limit) {
    this((Chunks) ahead, limit);
  }

  private NativeInput(Chunks chunks, long limit) {
    this.chunks = chunks;
    this.limit = limit;
  }

  /** A new block begins: what the one before took is free. */
  public void beginBlock() {
    claimed = 0;
  }

  /**
   * Counts bytes that the block is going to take.
   *
   * @throws UnreadableBlock if it may not
   */
  public void claim(long bytes) {
    claimed += bytes;
    if (bytes < 0 || claimed < 0 || claimed > limit) {
      throw UnreadableBlock.malformed(
          "the block would take more than %d bytes: lower max_block_size, if it is one at all"
              .formatted(limit));
    }
  }

  /** How many bytes were taken from the stream before those that come next. */
  public long offset() {
    return passed + position;
  }

  /** Whether the stream is at its end. */
  public boolean isAtEnd() {
    return position == end && !fill();
  }

  /** What was read last may be the server's own words: it stays where it can be shown. */
  private boolean fill() {
    Chunk next;
    try {
      next = chunks.next();
    } catch (IOException e) {
      throw UnreadableBlock.ended("the answer broke off: " + e.getMessage(), e);
    }
    if (next == null) {
      return false;
    }
    int left = end - position;
    if (left <= Chunk.HEAD) {
      int start = Chunk.HEAD - left;
      System.arraycopy(buffer, position, next.bytes(), start, left);
      become(next.bytes(), start, Chunk.HEAD + next.length());
      free();
      chunk = next;
    } else {
      widen(left, next);
    }
    return true;
  }

  private void become(byte[] other, int start, int to) {
    passed += position - start;
    buffer = other;
    begin = start;
    position = start;
    end = to;
  }

  private void free() {
    if (chunk != null) {
      chunks.free(chunk);
      chunk = null;
    }
  }

  /** Puts a piece behind what is left, in a buffer that has room for both. */
  private void widen(int left, Chunk next) {
    int needed = left + next.length() + Chunk.SLACK;
    if (wide == null || wide.length < needed) {
      wide = new byte[Math.max(needed, 2 * Chunk.SIZE)];
    }
    if (buffer != wide || end + next.length() + Chunk.SLACK > wide.length) {
      System.arraycopy(buffer, position, wide, 0, left);
      become(wide, 0, left);
    }
    System.arraycopy(next.bytes(), Chunk.HEAD, wide, end, next.length());
    end += next.length();
    free();
    chunks.free(next);
  }

  private void require(int bytes) {
    while (end - position < bytes) {
      if (!fill()) {
        throw UnreadableBlock.ended("the answer ends in the middle of a block", null);
      }
    }
  }

  /** A byte, as an unsigned number. */
  public int uint8() {
    if (position == end) {
      require(1);
    }
    return buffer[position++] & 0xff;
  }

  /** Eight bytes, the least significant first. */
  public long int64() {
    require(Long.BYTES);
    long value = MemoryUtil.getLong(buffer, position);
    position += Long.BYTES;
    return value;
  }

  /** A number of seven bits a byte (LEB128), which is at least 0. */
  public long varint() {
    long value = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      int next = uint8();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next < 0x80) {
        return value;
      }
    }
    throw UnreadableBlock.malformed("a number is longer than 9 bytes");
  }

  /**
   * A varint, at most so large.
   *
   * @param what names it if it is larger
   */
  public int varint(int most, String what) {
    long value = varint();
    if (value > most) {
      throw UnreadableBlock.malformed("%s is %d".formatted(what, value));
    }
    return (int) value;
  }

  /** A text with its length before it, at most so long. */
  public String text(int longest, String what) {
    int length = varint(longest, "the length of " + what);
    require(length);
    position += length;
    return new String(buffer, position - length, length, UTF_8);
  }

  /** Copies bytes to memory. */
  public void copyTo(long address, long bytes) {
    claim(bytes);
    long done = 0;
    while (done < bytes) {
      if (position == end) {
        require(1);
      }
      long piece = Math.min(bytes - done, end - position);
      MemoryUtil.copyToMemory(buffer, position, address + done, piece);
      position += (int) piece;
      done += piece;
    }
  }

  /**
   * What lies ready, without waiting for more: between {@link #position} and {@link #end}, and
   * eight bytes behind may be read (not used). Whoever reads says so by {@link #advance}.
   */
  public byte[] buffer() {
    return buffer;
  }

  /** The first byte that is ready. */
  public int position() {
    return position;
  }

  /** The byte after the last one that is ready. */
  public int end() {
    return end;
  }

  /** The bytes up to here were read. */
  public void advance(int to) {
    position = to;
  }

  /** The last bytes that were read and the next ones, at most so many each; for error messages. */
  public String around(int bytes) {
    try {
      while (end - position < bytes && fill(bytes)) {
        // there may be more
      }
    } catch (UnreadableBlock e) {
      // what there is must do
    }
    int from = Math.max(begin, position - bytes);
    return new String(buffer, from, Math.min(end, position + bytes) - from, UTF_8);
  }

  /** Reads on without losing the last bytes. */
  private boolean fill(int kept) {
    int behind = Math.min(kept, position - begin);
    position -= behind;
    try {
      return fill();
    } finally {
      position += behind;
    }
  }
}
