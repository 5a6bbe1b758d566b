package io.millrace.core.wire;

import io.millrace.core.MillraceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A batch of vectors to one self-contained Arrow IPC stream (schema, at most one record batch, end)
 * and back. Bodies are compressed with ZSTD. Not thread-safe on the writing side: it keeps one
 * buffer.
 */
public final class ArrowCodec {
  private static final int LEVEL = 1;
  private static final int FIRST_BUFFER = 1 << 20;

  private final CompressionCodec bodies = new ZstdBodies(LEVEL);
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(FIRST_BUFFER);

  /** The vectors' rows as one record value. */
  public byte[] encode(VectorSchemaRoot batch) {
    try {
      var unloader =
          new VectorUnloader(batch, /* includeNullCount= */ true, bodies, /* alignBuffers= */ true);
      var channel = begin(batch.getSchema());
      try (ArrowRecordBatch message = unloader.getRecordBatch()) {
        MessageSerializer.serialize(channel, message);
      }
      return end(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("A byte array never fails", e);
    }
  }

  /** The schema alone, as the value of a partition's end. */
  public byte[] encode(Schema schema) {
    try {
      return end(begin(schema));
    } catch (IOException e) {
      throw new UncheckedIOException("A byte array never fails", e);
    }
  }

  private WriteChannel begin(Schema schema) throws IOException {
    buffer.reset();
    var channel = new WriteChannel(Channels.newChannel(buffer));
    MessageSerializer.serialize(channel, schema);
    return channel;
  }

  private byte[] end(WriteChannel channel) throws IOException {
    channel.writeIntLittleEndian(MessageSerializer.IPC_CONTINUATION_TOKEN);
    channel.writeIntLittleEndian(0);
    return buffer.toByteArray();
  }

  /**
   * The vectors of one record value; the caller closes them. A value without a record batch gives
   * zero rows.
   *
   * @throws MillraceException (DATA) if the bytes are not one Arrow IPC stream
   */
  public static VectorSchemaRoot decode(ByteBuffer value, BufferAllocator allocator) {
    var channel = new ReadChannel(Channels.newChannel(new ByteBufferStream(value.duplicate())));
    VectorSchemaRoot root = null;
    try {
      root = VectorSchemaRoot.create(MessageSerializer.deserializeSchema(channel), allocator);
      ArrowMessage message = MessageSerializer.deserializeMessageBatch(channel, allocator);
      if (message instanceof ArrowRecordBatch batch) {
        try (batch) {
          new VectorLoader(root, ZstdBodies.FACTORY).load(batch);
        }
      } else if (message != null) {
        throw MillraceException.data(
            "Cannot read a batch: expected a record batch after the schema, found a dictionary");
      }
      return root;
    } catch (IOException | RuntimeException e) {
      if (root != null) {
        root.close();
      }
      if (e instanceof MillraceException ours) {
        throw ours;
      }
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read a batch of %d bytes as an Arrow IPC stream: %s"
              .formatted(value.remaining(), e.getMessage()),
          e);
    }
  }

  /** The schema of a record value, without its rows. */
  public static Schema schema(ByteBuffer value) {
    try {
      return MessageSerializer.deserializeSchema(
          new ReadChannel(Channels.newChannel(new ByteBufferStream(value.duplicate()))));
    } catch (IOException | RuntimeException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read the schema of a batch of %d bytes: %s"
              .formatted(value.remaining(), e.getMessage()),
          e);
    }
  }
}
