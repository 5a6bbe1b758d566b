package io.millrace.connect.clickhouse.arrow;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * The messages of Arrow's IPC stream: four bytes of ones, the length of a description, the
 * description, a body. A length of zero is the end. Arrow's own reader would take the words of a
 * server's exception for a length, and memory for so many bytes.
 */
final class ArrowMessages {
  private static final int CONTINUATION = -1;
  private static final int LONGEST_DESCRIPTION = 16 << 20;

  private final NativeInput in;
  private final BufferAllocator allocator;

  ArrowMessages(NativeInput in, BufferAllocator allocator) {
    this.in = in;
    this.allocator = allocator;
  }

  /**
   * The description of the next message; nothing at the end of the stream.
   *
   * @throws UnreadableBlock if there is neither
   */
  Optional<Message> next() {
    in.beginBlock();
    long head = in.int64();
    int length = (int) (head >>> Integer.SIZE);
    if ((int) head != CONTINUATION || length < 0 || length > LONGEST_DESCRIPTION) {
      throw UnreadableBlock.malformed("there is no message of Arrow's stream");
    }
    if (length == 0) {
      return Optional.empty();
    }
    in.claim(length);
    byte[] description = new byte[length];
    try (ArrowBuf copy = allocator.buffer(length)) {
      in.copyTo(copy.memoryAddress(), length);
      MemoryUtil.copyFromMemory(copy.memoryAddress(), description, 0, length);
    }
    return Optional.of(
        Message.getRootAsMessage(ByteBuffer.wrap(description).order(ByteOrder.LITTLE_ENDIAN)));
  }

  /** The body of a message; the caller closes it. */
  ArrowBuf body(Message message) {
    long length = message.bodyLength();
    in.claim(length);
    ArrowBuf body = allocator.buffer(length);
    try {
      in.copyTo(body.memoryAddress(), length);
      return body.writerIndex(length);
    } catch (RuntimeException e) {
      body.close();
      throw e;
    }
  }
}
