package io.millrace.core.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The messages of an Arrow IPC stream where they lie, each in the frame of the Arrow columnar
 * format ("Encapsulated message format"): a continuation mark, the length of the metadata, the
 * metadata padded to 8 bytes, the body. Reads no byte beyond the buffer and believes no length that
 * exceeds it.
 */
final class IpcStream {
  /** Length of the end mark. */
  static final int END = 8;

  /** How each message begins. */
  static final int CONTINUATION = -1;

  private static final int PREFIX = 8;

  private final ByteBuffer bytes;

  /**
   * One message.
   *
   * @param metadata the flatbuffer
   * @param body what follows it, a view of the stream's bytes
   */
  record Message(org.apache.arrow.flatbuf.Message metadata, ByteBuffer body) {}

  /** Reads the buffer from its position on, which stays. */
  IpcStream(ByteBuffer value) {
    bytes = reachable(value.duplicate()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A copy where zstd could not come at the bytes: read-only ones on the heap. */
  private static ByteBuffer reachable(ByteBuffer value) {
    return value.isDirect() || value.hasArray()
        ? value
        : ByteBuffer.allocate(value.remaining()).put(value).flip();
  }

  /** The next message, or nothing at the end mark, which has to be the buffer's last 8 bytes. */
  Optional<Message> next() {
    if (bytes.remaining() < PREFIX || bytes.getInt() != CONTINUATION) {
      throw new IllegalArgumentException("no message at byte " + bytes.position());
    }
    int length = bytes.getInt();
    if (length == 0) {
      if (bytes.hasRemaining()) {
        throw new IllegalArgumentException(bytes.remaining() + " bytes follow its end");
      }
      return Optional.empty();
    }
    var metadata = org.apache.arrow.flatbuf.Message.getRootAsMessage(take(length));
    return Optional.of(new Message(metadata, take(metadata.bodyLength())));
  }

  private ByteBuffer take(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw new IllegalArgumentException(
          "%d bytes announced where %d are left".formatted(length, bytes.remaining()));
    }
    ByteBuffer taken = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return taken;
  }

  /** A stream to be written into these bytes. */
  static ByteBuffer over(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** How many bytes {@link #putMetadata} will put. */
  static int framed(ByteBuffer metadata) {
    return (PREFIX + metadata.remaining() + 7) & -8;
  }

  /** Puts a message's frame and metadata; its body comes next. */
  static void putMetadata(ByteBuffer stream, ByteBuffer metadata) {
    int framed = framed(metadata);
    int start = stream.position();
    stream.putInt(CONTINUATION).putInt(framed - PREFIX).put(metadata).position(start + framed);
  }

  /** Puts the end mark. */
  static void putEnd(ByteBuffer stream) {
    stream.putInt(CONTINUATION).putInt(0);
  }
}
