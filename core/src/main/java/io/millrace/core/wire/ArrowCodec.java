package io.millrace.core.wire;

import io.millrace.core.MillraceException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A batch of vectors to one self-contained Arrow IPC stream (schema, dictionaries, at most one
 * record batch, end) and back. Bodies are compressed with ZSTD. A dictionary is a matter of the
 * wire alone: whoever reads gets plain vectors, and the schema of these. An instance is used by one
 * thread at a time: it keeps the message of the schema it wrote last, and which buffers did not
 * compress.
 */
public final class ArrowCodec {
  private Schema lastSchema;
  private byte[] lastSchemaMessage;
  private final BufferWorth worth = new BufferWorth();

  /**
   * The vectors' rows as one record value; the caller keeps the vectors.
   *
   * @throws MillraceException (DATA) if a column is dictionary-encoded
   */
  public byte[] encode(VectorSchemaRoot batch) {
    return encode(batch, new DictionaryProvider.MapDictionaryProvider());
  }

  /**
   * The vectors' rows and the dictionaries that they refer to as one record value; the caller keeps
   * both.
   *
   * @throws MillraceException (DATA) if a dictionary is missing, or a column has other indices than
   *     its encoding says
   */
  public byte[] encode(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
    var used = new TreeSet<Long>();
    byte[] schema = message(DictionarySchema.wire(batch.getSchema(), dictionaries, used));
    var parts = new ArrayList<Part>();
    try {
      for (long id : used) {
        FieldVector values = dictionaries.lookup(id).getVector();
        parts.add(
            Part.dictionary(
                id, BatchWriter.pack(List.of(values), values.getValueCount(), new BufferWorth())));
      }
      parts.add(Part.rows(BatchWriter.pack(batch, worth)));
      long length = schema.length + parts.stream().mapToLong(Part::length).sum();
      byte[] value = new byte[Math.toIntExact(length + IpcStream.END)];
      ByteBuffer out = IpcStream.over(value).put(schema);
      parts.forEach(part -> part.put(out));
      IpcStream.putEnd(out);
      return value;
    } finally {
      parts.forEach(part -> part.packed().close());
    }
  }

  /** The message of the vectors' rows alone: what a stream of several batches consists of. */
  static byte[] rowsMessage(VectorSchemaRoot batch, BufferWorth worth) {
    try (ArrowRecordBatch packed = BatchWriter.pack(batch, worth)) {
      Part rows = Part.rows(packed);
      byte[] message = new byte[Math.toIntExact(rows.length())];
      rows.put(IpcStream.over(message));
      return message;
    }
  }

  /** A message with a body. */
  private record Part(ByteBuffer metadata, ArrowRecordBatch packed) {
    static Part rows(ArrowRecordBatch packed) {
      return new Part(MessageSerializer.serializeMetadata(packed, IpcOption.DEFAULT), packed);
    }

    static Part dictionary(long id, ArrowRecordBatch packed) {
      var dictionary = new ArrowDictionaryBatch(id, packed, /* isDelta= */ false);
      return new Part(MessageSerializer.serializeMetadata(dictionary, IpcOption.DEFAULT), packed);
    }

    long length() {
      return IpcStream.framed(metadata) + packed.computeBodyLength();
    }

    void put(ByteBuffer value) {
      IpcStream.putMetadata(value, metadata);
      int start = value.position();
      List<ArrowBuf> buffers = packed.getBuffers();
      for (int i = 0; i < buffers.size(); i++) {
        ArrowBuf buffer = buffers.get(i);
        value.position(start + (int) packed.getBuffersLayout().get(i).getOffset());
        value.put(buffer.nioBuffer(0, (int) buffer.readableBytes()));
      }
      value.position(start + (int) packed.computeBodyLength());
    }
  }

  /**
   * The schema alone, as the value of what closes an attempt.
   *
   * @param schema as {@link #schema(ByteBuffer)} gives it, without dictionaries
   */
  public byte[] encode(Schema schema) {
    byte[] message = message(withoutDictionaries(schema));
    byte[] value = Arrays.copyOf(message, message.length + IpcStream.END);
    IpcStream.putEnd(IpcStream.over(value).position(message.length));
    return value;
  }

  private static Schema withoutDictionaries(Schema schema) {
    return DictionarySchema.wire(
        schema, new DictionaryProvider.MapDictionaryProvider(), new TreeSet<>());
  }

  private byte[] message(Schema schema) {
    if (!schema.equals(lastSchema)) {
      ByteBuffer metadata = MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT);
      lastSchemaMessage = new byte[IpcStream.framed(metadata)];
      IpcStream.putMetadata(IpcStream.over(lastSchemaMessage), metadata);
      lastSchema = schema;
      worth.reset();
    }
    return lastSchemaMessage;
  }

  /**
   * The vectors of one record value; the caller closes them. A value without a record batch gives
   * zero rows; columns that are dictionary-encoded there have their values here. Whatever the bytes
   * are, no vector reaches beyond its buffers, and no more memory is taken than 256 MiB or 256
   * times the value's length, whichever is more.
   *
   * @throws MillraceException (DATA) if the bytes are not one Arrow IPC stream, whole and alone
   * @throws OutOfMemoryException if the allocator has no room now, which says nothing of the bytes
   */
  public static VectorSchemaRoot decode(ByteBuffer value, BufferAllocator allocator) {
    var memory = new DecodeMemory(allocator, value.remaining());
    return reading(value, stream -> decode(stream, memory));
  }

  private static VectorSchemaRoot decode(IpcStream stream, DecodeMemory memory) {
    Schema wire = wireSchema(stream);
    try (var dictionaries = new Dictionaries(wire, memory)) {
      Optional<IpcStream.Message> rows = stream.next();
      while (rows.isPresent()
          && rows.get().metadata().headerType() == MessageHeader.DictionaryBatch) {
        dictionaries.add(rows.get());
        rows = stream.next();
      }
      if (rows.isPresent() && stream.next().isPresent()) {
        throw new IllegalArgumentException("a message follows its record batch");
      }
      VectorSchemaRoot root =
          VectorSchemaRoot.create(DictionarySchema.decoded(wire), memory.allocator());
      try {
        rows.ifPresent(message -> load(root, wire, message, dictionaries, memory));
        return root;
      } catch (RuntimeException e) {
        root.close();
        throw e;
      }
    }
  }

  private static void load(
      VectorSchemaRoot root,
      Schema wire,
      IpcStream.Message message,
      Dictionaries dictionaries,
      DecodeMemory memory) {
    try (ArrowRecordBatch batch = BatchReader.read(wire, message, dictionaries, memory)) {
      new VectorLoader(root).load(batch);
    }
  }

  /**
   * The schema that {@link #decode} gives a record value, without its rows.
   *
   * @throws MillraceException (DATA) if the bytes do not begin as an Arrow IPC stream
   */
  public static Schema schema(ByteBuffer value) {
    return reading(value, stream -> DictionarySchema.decoded(wireSchema(stream)));
  }

  /**
   * The schema that vectors will have once they went through {@link #encode(VectorSchemaRoot,
   * DictionaryProvider)} and {@link #decode}: the one to announce, and to close an attempt with.
   *
   * @throws MillraceException as encode does
   */
  public static Schema schema(Schema encoded, DictionaryProvider dictionaries) {
    return DictionarySchema.decoded(DictionarySchema.wire(encoded, dictionaries, new TreeSet<>()));
  }

  private static Schema wireSchema(IpcStream stream) {
    IpcStream.Message message =
        stream.next().orElseThrow(() -> new IllegalArgumentException("it ends before its schema"));
    if (message.metadata().headerType() != MessageHeader.Schema) {
      throw new IllegalArgumentException("its first message is no schema");
    }
    SchemaGuard.check(message.metadata());
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
      throw unreadable(value.remaining(), e);
    }
  }

  /** What is to be thrown for what went wrong with so many bytes. */
  static RuntimeException unreadable(long bytes, Throwable e) {
    if (e instanceof OutOfMemoryException full) {
      return full;
    } else if (e.getCause() instanceof OutOfMemoryException full) {
      return full; // VectorLoader wraps
    }
    return MillraceException.lasting(
        MillraceException.Category.DATA,
        "Cannot read %d bytes as a batch in Arrow IPC format: %s"
            .formatted(bytes, e.getMessage() == null ? e : e.getMessage()),
        e);
  }
}
