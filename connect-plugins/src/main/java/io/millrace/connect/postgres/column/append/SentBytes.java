package io.millrace.connect.postgres.column.append;

import java.util.Arrays;

/**
 * Bytes as send functions give them, written one after the other, numbers big-endian. When it
 * grows, what was written before stays where it was, too: chunks may go on pointing there.
 */
public final class SentBytes {
  private byte[] bytes = new byte[256];
  private int length;

  /** The bytes written so far lie at the beginning of it. */
  public byte[] array() {
    return bytes;
  }

  /** How many bytes are written. */
  public int length() {
    return length;
  }

  /** Begins again; chunks over it must have been consumed. */
  public void clear() {
    length = 0;
  }

  private int take(int count) {
    int at = length;
    if (count > bytes.length - at) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(at, count)));
    }
    length = at + count;
    return at;
  }

  public void putInt8(int value) {
    int at = take(Byte.BYTES);
    bytes[at] = (byte) value;
  }

  public void putInt16(int value) {
    putInt8(value >> 8);
    putInt8(value);
  }

  public void putInt32(int value) {
    putInt16(value >> 16);
    putInt16(value);
  }

  public void putInt64(long value) {
    putInt32((int) (value >> 32));
    putInt32((int) value);
  }

  /** Copies bytes. */
  public void put(byte[] from, int at, int count) {
    int place = take(count);
    System.arraycopy(from, at, bytes, place, count);
  }

  /** Begins a value whose length is not known yet; gives the place to {@link #end} it with. */
  public int begin() {
    putInt32(0);
    return length;
  }

  /** Ends the value begun at this place. */
  public void end(int place) {
    putInt32At(place - Integer.BYTES, length - place);
  }

  /** Writes over what stands at a place. */
  public void putInt32At(int place, int value) {
    bytes[place] = (byte) (value >> 24);
    bytes[place + 1] = (byte) (value >> 16);
    bytes[place + 2] = (byte) (value >> 8);
    bytes[place + 3] = (byte) value;
  }

  /** A NULL, which is a length of -1. */
  public void putNull() {
    putInt32(-1);
  }
}
