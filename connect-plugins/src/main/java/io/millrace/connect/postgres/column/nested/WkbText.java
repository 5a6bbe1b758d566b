package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;
import io.millrace.connect.postgres.column.text.HexText;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The text of a geometry or a geography, which is PostGIS' extended WKB in hex, as the ISO WKB that
 * {@code ST_AsBinary} gives: flags of the type become thousands, and the SRID is left out.
 */
final class WkbText implements TextForm {
  private static final int HAS_Z = 0x8000_0000;
  private static final int HAS_M = 0x4000_0000;
  private static final int HAS_SRID = 0x2000_0000;
  private static final int BASE = 0xff;
  private static final int ISO_Z = 1000;
  private static final int ISO_M = 2000;

  private final SentBytes extended = new SentBytes();

  @Override
  public void write(byte[] text, int from, int to, SentBytes out) {
    extended.clear();
    HexText.write(text, from, to, extended);
    ByteBuffer bytes = ByteBuffer.wrap(extended.array(), 0, extended.length());
    try {
      geometry(bytes, out);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("its WKB ends too early", e);
    }
    if (bytes.hasRemaining()) {
      throw new IllegalArgumentException(
          "%d bytes follow the end of its WKB".formatted(bytes.remaining()));
    }
  }

  private static void geometry(ByteBuffer bytes, SentBytes out) {
    byte order = bytes.get();
    bytes.order(order == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int type = bytes.getInt();
    if ((type & HAS_SRID) != 0) {
      bytes.getInt();
    }
    int base = type & BASE;
    int dimensions = 2 + ((type & HAS_Z) == 0 ? 0 : 1) + ((type & HAS_M) == 0 ? 0 : 1);
    int iso = base + ((type & HAS_Z) == 0 ? 0 : ISO_Z) + ((type & HAS_M) == 0 ? 0 : ISO_M);
    out.putInt8(order);
    out.putInt32(bytes.order() == ByteOrder.BIG_ENDIAN ? iso : Integer.reverseBytes(iso));
    switch (base) {
      case 1 -> copy(bytes, dimensions * Double.BYTES, out); // point
      case 2, 8 -> points(bytes, dimensions, out); // line or circular string
      case 3, 17 -> { // polygon, triangle
        for (int rings = count(bytes, out); rings > 0; rings--) {
          points(bytes, dimensions, out);
        }
      }
      case 4, 5, 6, 7, 9, 10, 11, 12, 15, 16 -> { // all kinds of collections
        for (int parts = count(bytes, out); parts > 0; parts--) {
          geometry(bytes, out);
        }
      }
      default -> throw new IllegalArgumentException("there is no geometry of type " + base);
    }
  }

  private static void points(ByteBuffer bytes, int dimensions, SentBytes out) {
    copy(bytes, Math.multiplyExact(count(bytes, out), dimensions * Double.BYTES), out);
  }

  private static int count(ByteBuffer bytes, SentBytes out) {
    int at = bytes.position();
    copy(bytes, Integer.BYTES, out);
    return bytes.getInt(at);
  }

  private static void copy(ByteBuffer bytes, int count, SentBytes out) {
    if (count < 0 || count > bytes.remaining()) {
      throw new IllegalArgumentException("its WKB ends too early");
    }
    for (int i = 0; i < count; i++) {
      out.putInt8(bytes.get());
    }
  }
}
