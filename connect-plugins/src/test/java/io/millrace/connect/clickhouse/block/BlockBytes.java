package io.millrace.connect.clickhouse.block;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes blocks of {@code FORMAT Native} piece by piece, sound ones and others. */
final class BlockBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** The header of a block. */
  static BlockBytes block(long columns, long rows) {
    return new BlockBytes().varint(columns).varint(rows);
  }

  /** A block of one column. */
  static BlockBytes column(String type, long rows) {
    return block(1, rows).header("v", type);
  }

  BlockBytes header(String name, String type) {
    return text(name).text(type);
  }

  BlockBytes varint(long value) {
    long left = value;
    for (; left >= 0x80 || left < 0; left >>>= 7) {
      bytes.write((int) (left & 0x7f) | 0x80);
    }
    bytes.write((int) left);
    return this;
  }

  BlockBytes text(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    return varint(utf8.length).raw(utf8);
  }

  BlockBytes raw(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }

  BlockBytes int8(int... values) {
    for (int value : values) {
      bytes.write(value);
    }
    return this;
  }

  BlockBytes int32(int value) {
    return raw(little(Integer.BYTES).putInt(value).array());
  }

  BlockBytes int64(long... values) {
    for (long value : values) {
      raw(little(Long.BYTES).putLong(value).array());
    }
    return this;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
