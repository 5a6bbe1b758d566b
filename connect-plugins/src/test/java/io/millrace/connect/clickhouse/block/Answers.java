package io.millrace.connect.clickhouse.block;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;

/** Answers as networks deliver them. */
final class Answers {
  private Answers() {}

  /** All at once. */
  static InputStream whole(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  /** A byte at a time. */
  static InputStream dribbled(byte[] bytes) {
    return inPieces(bytes, new Random(0), 1);
  }

  /** Not at all: the connection is gone. */
  static InputStream brokenOff() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("Connection reset");
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        throw new IOException("Connection reset");
      }
    };
  }

  /** In pieces of any size, none larger. */
  static InputStream inPieces(byte[] bytes, Random random, int largest) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, 1 + random.nextInt(largest)));
      }
    };
  }
}
