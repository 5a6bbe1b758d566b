package io.millrace.core.wire;

import io.millrace.core.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads what {@link BatchStreamWriter} wrote, batch by batch, with the checks of {@link
 * ArrowCodec#decode}: one batch is in memory at a time, and bytes that are not such a stream give
 * an error, never vectors that reach beyond their buffers.
 */
public final class BatchStreamReader implements AutoCloseable {
  private static final int PREFIX = 8;

  private final InputStream in;
  private final BufferAllocator allocator;
  private final Schema schema;

  /** One message as it was read. */
  private record Framed(IpcStream.Message message, int bytes) {}

  /**
   * Reads the stream's schema.
   *
   * @param in where the stream lies; closed with this reader
   * @throws MillraceException (DATA) if the bytes do not begin as an Arrow IPC stream, or its
   *     columns are dictionary-encoded
   */
  public BatchStreamReader(InputStream in, BufferAllocator allocator) throws IOException {
    this.in = in;
    this.allocator = allocator;
    Framed first = read().orElseThrow(() -> broken("it ends before its schema"));
    try {
      if (first.message().metadata().headerType() != MessageHeader.Schema) {
        throw new IllegalArgumentException("its first message is no schema");
      }
      SchemaGuard.check(first.message().metadata());
      schema = MessageSerializer.deserializeSchema(first.message().metadata());
      if (!DictionarySchema.dictionaries(schema).isEmpty()) {
        throw new IllegalArgumentException("a column is dictionary-encoded");
      }
    } catch (RuntimeException | StackOverflowError e) {
      throw ArrowCodec.unreadable(first.bytes(), e);
    }
  }

  /** What all batches have in common. */
  public Schema schema() {
    return schema;
  }

  /**
   * The next batch, or nothing at the stream's end; the caller closes it.
   *
   * @throws MillraceException (DATA) if the bytes are no batch, or stop before the end mark
   * @throws OutOfMemoryException if the allocator has no room now
   */
  public Optional<VectorSchemaRoot> next() throws IOException {
    Optional<Framed> framed = read();
    return framed.isEmpty() ? Optional.empty() : Optional.of(decode(framed.get()));
  }

  /**
   * How many rows a stream has, by what its batches say of themselves.
   *
   * @param in where the stream lies; closed on return
   * @throws MillraceException (DATA) if it is no such stream, or stops before its end mark
   */
  public static long countRows(InputStream in) throws IOException {
    try (BufferAllocator none = new RootAllocator(0);
        var reader = new BatchStreamReader(in, none)) {
      long rows = 0;
      for (Optional<Framed> next = reader.read(); next.isPresent(); next = reader.read()) {
        var batch = new RecordBatch();
        if (next.get().message().metadata().header(batch) == null
            || next.get().message().metadata().headerType() != MessageHeader.RecordBatch) {
          throw broken("a message is no batch");
        }
        rows += batch.length();
      }
      return rows;
    }
  }

  private VectorSchemaRoot decode(Framed framed) {
    var memory = new DecodeMemory(allocator, framed.bytes());
    try (var none = new Dictionaries(schema, memory);
        ArrowRecordBatch batch = BatchReader.read(schema, framed.message(), none, memory)) {
      return load(batch);
    } catch (RuntimeException | StackOverflowError e) {
      throw ArrowCodec.unreadable(framed.bytes(), e);
    }
  }

  private VectorSchemaRoot load(ArrowRecordBatch batch) {
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    try {
      new VectorLoader(root).load(batch);
      return root;
    } catch (RuntimeException e) {
      root.close();
      throw e;
    }
  }

  private Optional<Framed> read() throws IOException {
    ByteBuffer prefix = IpcStream.over(bytes(PREFIX));
    if (prefix.getInt() != IpcStream.CONTINUATION) {
      throw broken("there is no message where one must begin");
    }
    int length = prefix.getInt();
    if (length == 0) {
      if (in.read() >= 0) {
        throw broken("bytes follow its end");
      }
      return Optional.empty();
    }
    byte[] header = bytes(length);
    try {
      Message metadata = Message.getRootAsMessage(ByteBuffer.wrap(header));
      byte[] body = bytes(metadata.bodyLength());
      return Optional.of(
          new Framed(
              new IpcStream.Message(metadata, ByteBuffer.wrap(body)), header.length + body.length));
    } catch (IndexOutOfBoundsException e) {
      throw ArrowCodec.unreadable(header.length, e);
    }
  }

  /** Takes memory as bytes come in, whatever length is claimed. */
  private byte[] bytes(long length) throws IOException {
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw broken("a message claims to have %d bytes".formatted(length));
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw broken("it is cut off");
    }
    return bytes;
  }

  private static MillraceException broken(String why) {
    return MillraceException.data("Cannot read an Arrow IPC stream: " + why);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
