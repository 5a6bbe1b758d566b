package io.millrace.core.wire;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads a buffer where it lies; consumes it. */
final class ByteBufferStream extends InputStream {
  private final ByteBuffer buffer;

  ByteBufferStream(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  @Override
  public int read() {
    return buffer.hasRemaining() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    if (!buffer.hasRemaining()) {
      return length == 0 ? 0 : -1;
    }
    int n = Math.min(length, buffer.remaining());
    buffer.get(bytes, offset, n);
    return n;
  }

  @Override
  public int available() {
    return buffer.remaining();
  }
}
