package io.millrace.sinks.store.gcs;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/** CRC32C in the store's notation: big-endian, base 64. */
final class Checksum {
  private final CRC32C crc = new CRC32C();

  void update(byte[] bytes, int offset, int length) {
    crc.update(bytes, offset, length);
  }

  String text() {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
  }
}
