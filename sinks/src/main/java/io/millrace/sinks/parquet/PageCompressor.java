package io.millrace.sinks.parquet;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Compresses pages without Hadoop's codecs. Context and buffers live as long as the file; the
 * buffers are native, so that compressing a page never holds up the garbage collector the way a
 * pinned array would.
 */
abstract sealed class PageCompressor implements BytesInputCompressor {
  private final CompressionCodecName name;
  private final NativeBuffer plain = new NativeBuffer();
  private final NativeBuffer packed = new NativeBuffer();

  /**
   * The compressed page again: parquet-java would copy it out of native memory for its checksum.
   */
  private byte[] page = new byte[0];

  private PageCompressor(CompressionCodecName name) {
    this.name = name;
  }

  /** The largest size {@code length} bytes can be compressed to. */
  abstract long bound(int length);

  /** Compresses all of {@code from} into {@code to}, from the start of both; returns the length. */
  abstract int compress(ByteBuffer from, ByteBuffer to) throws IOException;

  @Override
  public BytesInput compress(BytesInput bytes) throws IOException {
    ByteBuffer from = bytes.toByteBuffer(plain, plain::release);
    ByteBuffer to = packed.allocate(Math.toIntExact(bound(from.remaining())));
    int length = compress(from, to);
    if (page.length < length) {
      page = new byte[to.capacity()];
    }
    to.get(0, page, 0, length);
    return BytesInput.from(page, 0, length);
  }

  @Override
  public CompressionCodecName getCodecName() {
    return name;
  }

  @Override
  public void release() {
    plain.close();
    packed.close();
  }

  static final class Zstd extends PageCompressor {
    private final ZstdCompressCtx context = new ZstdCompressCtx();

    Zstd(int level) {
      super(CompressionCodecName.ZSTD);
      context.setLevel(level);
    }

    @Override
    long bound(int length) {
      return com.github.luben.zstd.Zstd.compressBound(length);
    }

    @Override
    int compress(ByteBuffer from, ByteBuffer to) {
      return context.compressDirectByteBuffer(to, 0, to.limit(), from, 0, from.limit());
    }

    @Override
    public void release() {
      context.close();
      super.release();
    }
  }

  static final class Snappy extends PageCompressor {
    Snappy() {
      super(CompressionCodecName.SNAPPY);
    }

    @Override
    long bound(int length) {
      return org.xerial.snappy.Snappy.maxCompressedLength(length);
    }

    @Override
    int compress(ByteBuffer from, ByteBuffer to) throws IOException {
      return org.xerial.snappy.Snappy.compress(from, to);
    }
  }

  /** One gzip member (RFC 1952) per page, with an empty name and time. */
  static final class Gzip extends PageCompressor {
    private static final int HEADER = 10;
    private static final int TRAILER = 8;

    private final Deflater deflater;
    private final CRC32 crc = new CRC32();

    Gzip(int level) {
      super(CompressionCodecName.GZIP);
      deflater = new Deflater(level, true);
    }

    @Override
    long bound(int length) {
      // what zlib's deflateBound gives for settings it knows nothing about
      return HEADER + length + ((length + 7L) >> 3) + ((length + 63L) >> 6) + 5 + TRAILER;
    }

    @Override
    int compress(ByteBuffer from, ByteBuffer to) throws IOException {
      to.order(ByteOrder.LITTLE_ENDIAN);
      to.putInt(0x00088b1f).putInt(0).putShort((short) 0xff00);
      crc.reset();
      crc.update(from.duplicate());
      int length = from.remaining();
      deflater.reset();
      deflater.setInput(from);
      deflater.finish();
      deflater.deflate(to);
      if (!deflater.finished()) {
        throw new IOException("Cannot compress a page: gzip made more than its bound of it");
      }
      to.putInt((int) crc.getValue()).putInt(length);
      return to.position();
    }

    @Override
    public void release() {
      deflater.end();
      super.release();
    }
  }

  /** Passes pages on as they are. */
  static final class None implements BytesInputCompressor {
    @Override
    public BytesInput compress(BytesInput bytes) {
      return bytes;
    }

    @Override
    public CompressionCodecName getCodecName() {
      return CompressionCodecName.UNCOMPRESSED;
    }

    @Override
    public void release() {
      // holds nothing
    }
  }
}
