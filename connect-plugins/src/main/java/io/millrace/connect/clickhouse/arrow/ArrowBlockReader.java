package io.millrace.connect.clickhouse.arrow;

import io.millrace.connect.clickhouse.block.Blocks;
import io.millrace.connect.clickhouse.block.ServerWords;
import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads {@code FORMAT ArrowStream} record batch by record batch. The buffers are taken as they
 * come, as those of {@link ColumnType#schema}; not thread-safe.
 */
public final class ArrowBlockReader implements Blocks {
  private static final DictionaryProvider NO_DICTIONARIES =
      new DictionaryProvider.MapDictionaryProvider();

  /** Vectors of odd lengths grow when they are loaded; those of damaged ones without end. */
  private static final long GROWTH = 4;

  private final NativeInput in;
  private final BufferAllocator memory;
  private final ArrowMessages messages;
  private final VectorSchemaRoot rows;
  private final VectorLoader loader;
  private final SoundValues values = new SoundValues();
  private boolean begun;
  private boolean ended;
  private long rowsBefore;

  /**
   * A reader of one answer.
   *
   * @param columns what {@code DESCRIBE} told of the query
   * @param answer stays its owner's to close
   * @param limit how many bytes a record batch may take
   */
  public ArrowBlockReader(
      List<ColumnType> columns, InputStream answer, BufferAllocator allocator, long limit) {
    this(columns, new NativeInput(answer, limit), allocator, limit);
  }

  /** The same of an answer that is told how to be read. */
  public ArrowBlockReader(
      List<ColumnType> columns, NativeInput in, BufferAllocator allocator, long limit) {
    this.in = in;
    this.memory = allocator.newChildAllocator("arrow stream", 0, GROWTH * limit);
    this.messages = new ArrowMessages(in, memory);
    this.rows = VectorSchemaRoot.create(ColumnType.schema(columns), memory);
    this.loader = new VectorLoader(rows);
  }

  @Override
  public boolean next() {
    try {
      while (!ended) {
        if (!begun && in.isAtEnd()) {
          return false; // no rows: some servers write no schema either
        }
        if (readSoundMessage()) {
          rowsBefore += rows.getRowCount();
          return true;
        }
      }
      return false;
    } catch (UnreadableBlock e) {
      throw ServerWords.explain(
          "ClickHouse's Arrow stream, after %d rows and %d bytes"
              .formatted(rowsBefore, in.offset()),
          e,
          in);
    }
  }

  /** Arrow's classes throw whatever they like where a message is none. */
  private boolean readSoundMessage() {
    try {
      return readMessage();
    } catch (UnreadableBlock e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw UnreadableBlock.malformed("it is no stream of Arrow: " + e);
    }
  }

  /** Says whether there are rows now. */
  private boolean readMessage() throws IOException {
    Optional<Message> message = messages.next();
    if (message.isEmpty()) {
      requireEnd();
      return false;
    }
    int type = message.get().headerType();
    if (type == MessageHeader.Schema && !begun) {
      requireSchema(message.get());
      begun = true;
      return false;
    } else if (type == MessageHeader.RecordBatch && begun) {
      load(message.get());
      return rows.getRowCount() > 0;
    }
    throw UnreadableBlock.malformed("a message of type %d has no place there".formatted(type));
  }

  private void requireEnd() {
    ended = true;
    if (!in.isAtEnd()) {
      throw UnreadableBlock.malformed("it goes on behind its end");
    }
  }

  private void requireSchema(Message message) {
    Schema sent = MessageSerializer.deserializeSchema(message);
    if (!SameLayout.of(sent.getFields(), rows.getSchema().getFields())) {
      throw UnreadableBlock.malformed(
          "the server sends %s for %s".formatted(sent, rows.getSchema()));
    }
  }

  private void load(Message message) throws IOException {
    try (ArrowRecordBatch batch = batch(message)) {
      loader.load(batch);
    }
    for (FieldVector vector : rows.getFieldVectors()) {
      values.require(vector, vector.getName());
    }
  }

  private ArrowRecordBatch batch(Message message) throws IOException {
    ArrowBuf body = messages.body(message);
    try {
      return MessageSerializer.deserializeRecordBatch(message, body); // the body's owner from now
    } catch (IOException | RuntimeException e) {
      body.close();
      throw e;
    }
  }

  @Override
  public VectorSchemaRoot rows() {
    return rows;
  }

  @Override
  public DictionaryProvider dictionaries() {
    return NO_DICTIONARIES;
  }

  @Override
  public long rowCount() {
    return rowsBefore;
  }

  @Override
  public void close() {
    rows.close();
    memory.close();
  }
}
