package io.millrace.core.wire;

import static org.apache.arrow.util.Preconditions.checkArgument;

import com.github.luben.zstd.ZstdDecompressCtx;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A record batch message to plain buffers, all or none. Walks the schema, so that every node and
 * buffer is checked against the field it belongs to before a vector sees it: row counts agree,
 * buffers hold what the counts need, offsets rise and stay within what they point to, indices stay
 * within their dictionary. What is dictionary-encoded comes out decoded.
 */
final class BatchReader {
  private final RecordBatch header;
  private final ByteBuffer body;
  private final Dictionaries dictionaries;
  private final DecodeMemory memory;
  private final ZstdDecompressCtx zstd;
  private final boolean compressed;
  private final List<ArrowFieldNode> nodes = new ArrayList<>();
  private final List<ArrowBuf> buffers = new ArrayList<>();
  private int nodesRead;
  private int buffersRead;

  private BatchReader(
      RecordBatch header,
      ByteBuffer body,
      Dictionaries dictionaries,
      DecodeMemory memory,
      ZstdDecompressCtx zstd) {
    this.header = header;
    this.body = body;
    this.dictionaries = dictionaries;
    this.memory = memory;
    this.zstd = zstd;
    this.compressed = compressed(header.compression());
  }

  /** The batch; the caller closes it. */
  static ArrowRecordBatch read(
      Schema wire, IpcStream.Message message, Dictionaries dictionaries, DecodeMemory memory) {
    if (message.metadata().headerType() != MessageHeader.RecordBatch) {
      throw new IllegalArgumentException("the message after its schema is no record batch");
    }
    var header = (RecordBatch) message.metadata().header(new RecordBatch());
    return read(wire, header, message.body(), dictionaries, memory);
  }

  /** What the header describes; the caller closes it. */
  static ArrowRecordBatch read(
      Schema wire,
      RecordBatch header,
      ByteBuffer body,
      Dictionaries dictionaries,
      DecodeMemory memory) {
    try (var zstd = new ZstdDecompressCtx()) {
      var reader = new BatchReader(header, body, dictionaries, memory, zstd);
      try {
        return reader.read(wire);
      } catch (RuntimeException e) {
        reader.buffers.forEach(ArrowBuf::close);
        throw e;
      }
    }
  }

  private static boolean compressed(BodyCompression compression) {
    if (compression == null) {
      return false;
    }
    checkArgument(
        compression.codec() == CompressionType.ZSTD
            && compression.method() == BodyCompressionMethod.BUFFER,
        "its body is neither plain nor compressed with ZSTD");
    return true;
  }

  private ArrowRecordBatch read(Schema wire) {
    int rows = Math.toIntExact(header.length());
    for (Field field : wire.getFields()) {
      checkArgument(read(field) == rows, "column %s has not the batch's %s rows", field, rows);
    }
    checkArgument(rows >= 0, "it announces %s rows", rows);
    memory.take(rows); // also without a column that says how many there are
    checkArgument(
        nodesRead == header.nodesLength() && buffersRead == header.buffersLength(),
        "it has more buffers than its schema has columns for");
    return new ArrowRecordBatch(
        rows,
        nodes,
        buffers,
        NoCompressionCodec.DEFAULT_BODY_COMPRESSION,
        /* variadicBufferCounts= */ null,
        /* alignBuffers= */ true,
        /* retainBuffers= */ false);
  }

  /** Reads a field and what is below it, and says how many values it has. */
  private int read(Field field) {
    if (field.getDictionary() != null) {
      return decode(field);
    }
    ArrowFieldNode node = node(field);
    nodes.add(node);
    long pointedTo = readBuffers(field, node);
    for (Field child : field.getChildren()) {
      requireChild(field, node.getLength(), pointedTo, read(child));
    }
    return node.getLength();
  }

  private int decode(Field field) {
    ArrowRecordBatch dictionary = dictionaries.values(field);
    Field indices = DictionarySchema.indices(field);
    ArrowFieldNode node = node(indices);
    int first = buffers.size();
    readBuffers(indices, node);
    List<ArrowBuf> own = buffers.subList(first, buffers.size());
    try (ArrowBuf places =
        DictionaryDecoder.places(
            field, node, own.get(0), own.get(1), dictionary.getLength(), memory)) {
      own.forEach(ArrowBuf::close);
      own.clear();
      new DictionaryDecoder(dictionary, nodes, buffers, memory)
          .add(field, places, node.getLength());
    }
    return node.getLength();
  }

  private ArrowFieldNode node(Field field) {
    checkArgument(nodesRead < header.nodesLength(), "column %s is missing", field);
    FieldNode described = header.nodes(nodesRead++);
    var node = new ArrowFieldNode(described.length(), described.nullCount());
    int length = node.getLength();
    checkArgument(
        length >= 0 && node.getNullCount() >= 0 && node.getNullCount() <= length,
        "column %s has %s nulls in %s values",
        field,
        node.getNullCount(),
        length);
    memory.take(length); // a value is at least a byte, though nulls and bits have less on the wire
    return node;
  }

  /** Reads the field's own buffers, and says how far its offsets reach (-1 if it has none). */
  private long readBuffers(Field field, ArrowFieldNode node) {
    long length = node.getLength();
    long pointedTo = -1;
    for (BufferLayout layout : TypeLayout.getTypeLayout(field.getType()).getBufferLayouts()) {
      ArrowBuf buffer = buffer();
      buffers.add(buffer);
      long bits = bits(field, layout);
      switch (layout.getType()) {
        case VALIDITY -> {
          if (node.getNullCount() > 0 || buffer.readableBytes() > 0) {
            requireBits(field, buffer, length);
          }
        }
        case OFFSET -> {
          if (length > 0) {
            requireBits(field, buffer, (length + 1) * bits);
          }
          pointedTo = rising(field, buffer, length, bits == Long.SIZE);
        }
        case DATA -> requireBits(field, buffer, pointedTo < 0 ? length * bits : pointedTo * bits);
        default ->
            throw new IllegalArgumentException("column %s is no type of ours".formatted(field));
      }
    }
    return pointedTo;
  }

  private ArrowBuf buffer() {
    checkArgument(buffersRead < header.buffersLength(), "a buffer is missing");
    Buffer place = header.buffers(buffersRead++);
    checkArgument(
        place.offset() >= 0
            && place.length() >= 0
            && place.length() <= body.remaining() - place.offset(),
        "a buffer lies outside its body");
    ByteBuffer bytes = body.slice((int) place.offset(), (int) place.length());
    return compressed ? ZstdBuffer.unpack(bytes, zstd, memory) : ZstdBuffer.copy(bytes, memory);
  }

  /** Width of one value in the buffer; Arrow's own answer overflows for absurd binary widths. */
  static long bits(Field field, BufferLayout layout) {
    return field.getType() instanceof ArrowType.FixedSizeBinary binary
            && layout.getType() == BufferLayout.BufferType.DATA
        ? (long) binary.getByteWidth() * Byte.SIZE
        : layout.getTypeBitWidth();
  }

  private static void requireBits(Field field, ArrowBuf buffer, long bits) {
    checkArgument(
        buffer.readableBytes() >= (bits + 7) / 8,
        "column %s has a buffer of %s bytes where %s are needed",
        field,
        buffer.readableBytes(),
        (bits + 7) / 8);
  }

  /** The last offset. */
  private static long rising(Field field, ArrowBuf offsets, long length, boolean wide) {
    long last = 0;
    for (long i = 0; i <= length && length > 0; i++) {
      long next = wide ? offsets.getLong(i * Long.BYTES) : offsets.getInt(i * Integer.BYTES);
      if (next < last || next > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("column %s has offsets astray".formatted(field));
      }
      last = next;
    }
    return last;
  }

  private static void requireChild(Field field, int length, long pointedTo, int child) {
    long needed =
        switch (field.getType().getTypeID()) {
          case List, LargeList, Map -> pointedTo;
          case FixedSizeList ->
              (long) length * ((ArrowType.FixedSizeList) field.getType()).getListSize();
          case Struct -> length;
          default ->
              throw new IllegalArgumentException("column %s is no type of ours".formatted(field));
        };
    checkArgument(
        child >= needed,
        "column %s has %s values below it where %s are needed",
        field,
        child,
        needed);
  }
}
