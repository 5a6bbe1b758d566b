package io.millrace.connect.clickhouse.column.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * The bytes of an answer, through one buffer. Counts what a block takes, so that no block takes
 * more than it may: neither by its bytes nor by what they unfold to.
 */
public final class NativeInput {
  private static final int SIZE = 256 << 10;

  /** Eight bytes can be read from wherever one may. */
  private static final int SLACK = Long.BYTES;

  private static final int LONGEST_VARINT = 9;

  private final InputStream in;
  private final long limit;
  private final byte[] buffer = new byte[SIZE + SLACK];
  private int position;
  private int end;
  private long passed;
  private long claimed;

  /**
   * Reads a stream, which stays its owner's to close.
   *
   * @param limit how many bytes a block may take
   */
  public NativeInput(InputStream in, long limit) {
    this.in = in;
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

  private boolean fill() {
    int left = end - position;
    int read = -1;
    int before = position;
    System.arraycopy(buffer, before, buffer, 0, left);
    try {
      read = in.read(buffer, left, SIZE - left);
    } catch (IOException e) {
      throw UnreadableBlock.ended("the answer broke off: " + e.getMessage(), e);
    } finally {
      // What was read last may be the server's own words: it stays where it can be shown.
      if (read > 0 || left > 0) {
        passed += before;
        position = 0;
        end = left + Math.max(0, read);
      }
    }
    return read > 0;
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
    while (end - position < bytes && end < SIZE) {
      try {
        if (!fill(bytes)) {
          break;
        }
      } catch (UnreadableBlock e) {
        break; // what there is must do
      }
    }
    int from = Math.max(0, position - bytes);
    return new String(buffer, from, Math.min(end, position + bytes) - from, UTF_8);
  }

  /** Reads on without losing the last bytes. */
  private boolean fill(int kept) {
    int from = Math.max(0, position - kept);
    int behind = position - from;
    position = from;
    boolean more = fill();
    position = behind;
    return more;
  }
}
