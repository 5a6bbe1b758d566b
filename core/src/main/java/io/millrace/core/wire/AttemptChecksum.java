package io.millrace.core.wire;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of an attempt: CRC32C over the CRC32Cs (4 bytes, big-endian) of its data records'
 * values in sequence order. Source and sink each compute it from what they sent and received.
 */
public final class AttemptChecksum {
  private final CRC32C whole = new CRC32C();
  private final ByteBuffer four = ByteBuffer.allocate(Integer.BYTES);

  /** CRC32C of one record's value. */
  public static int of(ByteBuffer value) {
    var crc = new CRC32C();
    crc.update(value.duplicate());
    return (int) crc.getValue();
  }

  /** Adds the next value's CRC32C. */
  public void add(int valueChecksum) {
    whole.update(four.clear().putInt(valueChecksum).flip());
  }

  /** The checksum of all values added so far. */
  public int value() {
    return (int) whole.getValue();
  }
}
