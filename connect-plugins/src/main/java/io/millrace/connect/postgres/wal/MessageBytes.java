package io.millrace.connect.postgres.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.core.MillraceException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One message, read from front to end; no length in it leads out of it. */
final class MessageBytes {
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = {};
  private int start;
  private int at;
  private int end;

  /** Begins with a message; the bytes of a buffer that has an array are not copied. */
  void begin(ByteBuffer message) {
    if (message.hasArray()) {
      bytes = message.array();
      start = message.arrayOffset() + message.position();
    } else {
      bytes = new byte[message.remaining()];
      message.get(message.position(), bytes);
      start = 0;
    }
    at = start;
    end = start + message.remaining();
  }

  byte[] bytes() {
    return bytes;
  }

  /** Where the next byte lies in {@link #bytes}. */
  int place() {
    return at;
  }

  private int take(int count) {
    if (count < 0 || count > end - at) {
      throw malformed("it ends %d bytes after place %d".formatted(end - at, at - start));
    }
    int place = at;
    at += count;
    return place;
  }

  byte int8() {
    return bytes[take(Byte.BYTES)];
  }

  int int16() {
    return TupleChunk.int16(bytes, take(Short.BYTES));
  }

  int int32() {
    return TupleChunk.int32(bytes, take(Integer.BYTES));
  }

  long int64() {
    return (long) INT64.get(bytes, take(Long.BYTES));
  }

  /** Moves past an int32 length and so many bytes. */
  void skipValue() {
    take(int32());
  }

  /** An int32 length and so many bytes, copied. */
  byte[] value() {
    int length = int32();
    byte[] value = new byte[Math.max(0, Math.min(length, end - at))];
    System.arraycopy(bytes, take(length), value, 0, value.length);
    return value;
  }

  /** A text that a zero byte ends. */
  String string() {
    int zero = at;
    while (zero < end && bytes[zero] != 0) {
      zero++;
    }
    int length = zero - at;
    String text = new String(bytes, take(length), length, UTF_8);
    take(1);
    return text;
  }

  void requireEnd() {
    if (at != end) {
      throw malformed("%d bytes follow its end".formatted(end - at));
    }
  }

  MillraceException malformed(String what) {
    char type = start < end ? (char) (bytes[start] & 0xff) : '?';
    return MillraceException.data(
        "Cannot read a pgoutput message of type '%s' and %d bytes: %s"
            .formatted(
                type < ' ' || type > '~' ? "\\x%02x".formatted((int) type) : type,
                end - start,
                what));
  }
}
