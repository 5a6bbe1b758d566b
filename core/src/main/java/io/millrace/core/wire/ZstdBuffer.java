package io.millrace.core.wire;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;

/**
 * One buffer of a ZSTD-compressed body as Arrow's Message.fbs defines it: the plain length as 8
 * bytes, little-endian, then one zstd frame; or -1 and the plain bytes where compression does not
 * pay. An empty buffer stays empty.
 */
final class ZstdBuffer {
  private static final int PREFIX = 8;
  private static final long NOT_COMPRESSED = -1;

  /** A zstd block takes at least 4 bytes and holds at most 128 KiB. */
  private static final long LARGEST_RATIO = (128 << 10) / 4;

  private ZstdBuffer() {}

  /** The packed form of a buffer's readable bytes that leaves them as they are. */
  static ArrowBuf store(ArrowBuf plain) {
    long length = plain.readableBytes();
    if (length == 0) {
      return retained(plain);
    }
    return store(plain, plain.getReferenceManager().getAllocator().buffer(PREFIX + length), length);
  }

  private static ArrowBuf store(ArrowBuf plain, ArrowBuf packed, long length) {
    packed.setLong(0, NOT_COMPRESSED);
    packed.setBytes(PREFIX, plain, 0, length);
    return packed.writerIndex(PREFIX + length);
  }

  private static ArrowBuf retained(ArrowBuf empty) {
    empty.getReferenceManager().retain();
    return empty;
  }

  /** The packed form of a buffer's readable bytes, with a reference of its own. */
  static ArrowBuf pack(ArrowBuf plain, ZstdCompressCtx zstd) {
    int length = Math.toIntExact(plain.readableBytes());
    if (length == 0) {
      return retained(plain);
    }
    int bound = Math.toIntExact(Zstd.compressBound(length));
    ArrowBuf packed = plain.getReferenceManager().getAllocator().buffer(PREFIX + bound);
    int written =
        zstd.compressDirectByteBuffer(
            packed.nioBuffer(PREFIX, bound), 0, bound, plain.nioBuffer(0, length), 0, length);
    if (written < length) {
      packed.setLong(0, length);
      return packed.writerIndex(PREFIX + written);
    }
    return store(plain, packed, length);
  }

  /**
   * The plain form of the packed bytes. Allocates nothing before the frame itself says that it
   * holds the announced length.
   */
  static ArrowBuf unpack(ByteBuffer packed, ZstdDecompressCtx zstd, DecodeMemory memory) {
    if (!packed.hasRemaining()) {
      return memory.allocator().getEmpty();
    }
    if (packed.remaining() < PREFIX) {
      throw new IllegalArgumentException("a compressed buffer without its length");
    }
    long length = packed.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong();
    ByteBuffer frame = packed.slice(PREFIX, packed.remaining() - PREFIX);
    if (length == NOT_COMPRESSED) {
      return copy(frame, memory);
    }
    if (length == 0) {
      return memory.allocator().getEmpty();
    }
    if (length != contentSize(frame)
        || length > LARGEST_RATIO * frame.remaining()
        || length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a compressed buffer of %d bytes cannot hold the %d it announces"
              .formatted(packed.remaining(), length));
    }
    ArrowBuf plain = memory.buffer(length);
    try {
      decompress(frame, plain.nioBuffer(0, (int) length), zstd);
      return plain.writerIndex(length);
    } catch (RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  /** A copy of plain bytes. */
  static ArrowBuf copy(ByteBuffer bytes, DecodeMemory memory) {
    ArrowBuf copy = memory.buffer(bytes.remaining());
    copy.setBytes(0, bytes.duplicate());
    return copy.writerIndex(bytes.remaining());
  }

  private static long contentSize(ByteBuffer frame) {
    return frame.isDirect()
        ? Zstd.getDirectByteBufferFrameContentSize(frame, 0, frame.remaining())
        : Zstd.getFrameContentSize(frame.array(), frame.arrayOffset(), frame.remaining());
  }

  private static void decompress(ByteBuffer frame, ByteBuffer plain, ZstdDecompressCtx zstd) {
    int size = frame.remaining();
    int read =
        frame.isDirect()
            ? zstd.decompressDirectByteBuffer(plain, 0, plain.remaining(), frame, 0, size)
            : zstd.decompressByteArrayToDirectByteBuffer(
                plain, 0, plain.remaining(), frame.array(), frame.arrayOffset(), size);
    if (read != plain.remaining()) {
      throw new IllegalArgumentException(
          "a compressed buffer of %d bytes where %d are announced"
              .formatted(read, plain.remaining()));
    }
  }
}
