package io.millrace.connect.postgres.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** pgoutput messages as the manual describes them. */
final class WalBytes {
  /** A column of a tuple that is not a value. */
  static final byte[] UNCHANGED = {'u'};

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private WalBytes(char type) {
    int8(type);
  }

  static WalBytes message(char type) {
    return new WalBytes(type);
  }

  WalBytes int8(int value) {
    bytes.write(value);
    return this;
  }

  WalBytes int16(int value) {
    return int8(value >> 8).int8(value);
  }

  WalBytes int32(int value) {
    return int16(value >> 16).int16(value);
  }

  WalBytes int64(long value) {
    return int32((int) (value >> 32)).int32((int) value);
  }

  WalBytes bytes(byte[] value) {
    bytes.writeBytes(value);
    return this;
  }

  WalBytes string(String text) {
    return bytes(text.getBytes(UTF_8)).int8(0);
  }

  /** A tuple after its letter: null is NULL, {@link #UNCHANGED} what it says, the rest binary. */
  WalBytes tuple(char part, byte[]... fields) {
    int8(part).int16(fields.length);
    for (byte[] field : fields) {
      if (field == null) {
        int8('n');
      } else if (field == UNCHANGED) {
        bytes(field);
      } else {
        int8('b').int32(field.length).bytes(field);
      }
    }
    return this;
  }

  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  static ByteBuffer begin(long commitLsn, long micros, int xid) {
    return message('B').int64(commitLsn).int64(micros).int32(xid).buffer();
  }

  static ByteBuffer commit(long commitLsn, long endLsn) {
    return message('C').int8(0).int64(commitLsn).int64(endLsn).int64(0).buffer();
  }
}
