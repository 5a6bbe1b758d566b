package io.millrace.core.wire;

import com.github.luben.zstd.Zstd;
import io.millrace.core.MillraceException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;

/**
 * Arrow's ZSTD body compression straight on zstd-jni, from buffer to buffer without a copy on the
 * heap.
 */
final class ZstdBodies extends AbstractCompressionCodec {
  /** The factory Arrow asks for a codec: bodies are plain or ZSTD, Arrow's slow LZ4 is refused. */
  static final CompressionCodec.Factory FACTORY = new Factory();

  private final int level;

  ZstdBodies(int level) {
    this.level = level;
  }

  @Override
  protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf plain) {
    long bound = Zstd.compressBound(plain.writerIndex());
    ArrowBuf out = allocator.buffer(CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH + bound);
    long written =
        Zstd.compressUnsafe(
            out.memoryAddress() + CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH,
            bound,
            plain.memoryAddress(),
            plain.writerIndex(),
            level);
    if (Zstd.isError(written)) {
      out.close();
      throw MillraceException.data("Cannot compress a batch: " + Zstd.getErrorName(written));
    }
    out.writerIndex(CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH + written);
    return out;
  }

  @Override
  protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf packed) {
    long length = readUncompressedLength(packed);
    ArrowBuf out = allocator.buffer(length);
    long read =
        Zstd.decompressUnsafe(
            out.memoryAddress(),
            length,
            packed.memoryAddress() + CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH,
            packed.writerIndex() - CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH);
    if (Zstd.isError(read) || read != length) {
      out.close();
      throw MillraceException.data(
          "Cannot decompress a batch: "
              + (Zstd.isError(read)
                  ? Zstd.getErrorName(read)
                  : "%d bytes where %d were announced".formatted(read, length)));
    }
    out.writerIndex(length);
    return out;
  }

  @Override
  public CompressionUtil.CodecType getCodecType() {
    return CompressionUtil.CodecType.ZSTD;
  }

  private static final class Factory implements CompressionCodec.Factory {
    @Override
    public CompressionCodec createCodec(CompressionUtil.CodecType type) {
      return createCodec(type, Zstd.defaultCompressionLevel());
    }

    @Override
    public CompressionCodec createCodec(CompressionUtil.CodecType type, int level) {
      return switch (type) {
        case NO_COMPRESSION -> org.apache.arrow.vector.compression.NoCompressionCodec.INSTANCE;
        case ZSTD -> new ZstdBodies(level);
        default ->
            throw MillraceException.data(
                "Cannot read a batch compressed with %s: write it with ZSTD or without"
                    .formatted(type));
      };
    }
  }
}
