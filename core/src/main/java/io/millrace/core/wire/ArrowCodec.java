package io.millrace.core.wire;

import io.millrace.core.MillraceException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A batch of vectors to one self-contained Arrow IPC stream (schema, at most one record batch, end)
 * and back. Bodies are compressed with ZSTD. An instance is used by one thread at a time: it keeps
 * the message of the schema it wrote last.
 */
public final class ArrowCodec {
  private Schema lastSchema;
  private byte[] lastSchemaMessage;

  /** The vectors' rows as one record value; the caller keeps the vectors. */
  public byte[] encode(VectorSchemaRoot batch) {
    byte[] schema = message(batch.getSchema());
    try (ArrowRecordBatch packed = BatchWriter.pack(batch)) {
      ByteBuffer metadata = MessageSerializer.serializeMetadata(packed, IpcOption.DEFAULT);
      long length = (long) schema.length + IpcStream.framed(metadata) + packed.computeBodyLength();
      byte[] value = new byte[Math.toIntExact(length + IpcStream.END)];
      ByteBuffer out = IpcStream.over(value).put(schema);
      IpcStream.putMetadata(out, metadata);
      putBody(out, packed);
      IpcStream.putEnd(out);
      return value;
    }
  }

  /** The schema alone, as the value of what closes an attempt. */
  public byte[] encode(Schema schema) {
    byte[] message = message(schema);
    byte[] value = Arrays.copyOf(message, message.length + IpcStream.END);
    IpcStream.putEnd(IpcStream.over(value).position(message.length));
    return value;
  }

  private byte[] message(Schema schema) {
    if (!schema.equals(lastSchema)) {
      ByteBuffer metadata = MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT);
      lastSchemaMessage = new byte[IpcStream.framed(metadata)];
      IpcStream.putMetadata(IpcStream.over(lastSchemaMessage), metadata);
      lastSchema = schema;
    }
    return lastSchemaMessage;
  }

  private static void putBody(ByteBuffer value, ArrowRecordBatch packed) {
    int start = value.position();
    List<ArrowBuf> buffers = packed.getBuffers();
    for (int i = 0; i < buffers.size(); i++) {
      ArrowBuf buffer = buffers.get(i);
      value.position(start + (int) packed.getBuffersLayout().get(i).getOffset());
      value.put(buffer.nioBuffer(0, (int) buffer.readableBytes()));
    }
    value.position(start + (int) packed.computeBodyLength());
  }

  /**
   * The vectors of one record value; the caller closes them. A value without a record batch gives
   * zero rows. Whatever the bytes are, no vector reaches beyond its buffers.
   *
   * @throws MillraceException (DATA) if the bytes are not one Arrow IPC stream, whole and alone
   * @throws OutOfMemoryException if the allocator has no room now, which says nothing of the bytes
   */
  public static VectorSchemaRoot decode(ByteBuffer value, BufferAllocator allocator) {
    return reading(value, stream -> decode(stream, allocator));
  }

  private static VectorSchemaRoot decode(IpcStream stream, BufferAllocator allocator) {
    Schema schema = schema(stream);
    Optional<IpcStream.Message> rows = stream.next();
    if (rows.isEmpty()) {
      return VectorSchemaRoot.create(schema, allocator);
    }
    if (stream.next().isPresent()) {
      throw new IllegalArgumentException("more than one message after the schema");
    }
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    try (ArrowRecordBatch batch = BatchReader.read(schema, rows.get(), allocator)) {
      new VectorLoader(root).load(batch);
      return root;
    } catch (RuntimeException e) {
      root.close();
      throw e;
    }
  }

  /**
   * The schema of a record value, without its rows.
   *
   * @throws MillraceException (DATA) if the bytes do not begin as an Arrow IPC stream
   */
  public static Schema schema(ByteBuffer value) {
    return reading(value, ArrowCodec::schema);
  }

  private static Schema schema(IpcStream stream) {
    IpcStream.Message message =
        stream.next().orElseThrow(() -> new IllegalArgumentException("it ends before its schema"));
    if (message.metadata().headerType() != MessageHeader.Schema) {
      throw new IllegalArgumentException("its first message is no schema");
    }
    return MessageSerializer.deserializeSchema(message.metadata());
  }

  /**
   * What Arrow and flatbuffers throw at bytes they cannot read is any kind of runtime exception; a
   * schema whose fields contain themselves ends in a stack overflow.
   */
  private static <T> T reading(ByteBuffer value, Function<IpcStream, T> read) {
    try {
      return read.apply(new IpcStream(value));
    } catch (RuntimeException | StackOverflowError e) {
      if (e instanceof OutOfMemoryException full) {
        throw full;
      } else if (e.getCause() instanceof OutOfMemoryException full) {
        throw full; // VectorLoader wraps
      }
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read %d bytes as a batch in Arrow IPC format: %s"
              .formatted(value.remaining(), e.getMessage() == null ? e : e.getMessage()),
          e);
    }
  }
}
