package io.millrace.connect.postgres.copy;

import io.millrace.connect.BatchAssembler;
import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.MillraceException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads a table's COPY BINARY (PostgreSQL manual, COPY, "Binary Format") into vectors and encodes
 * them batch by batch. Its vectors are used again for every batch and every COPY; not thread-safe.
 */
public final class CopyReader implements AutoCloseable {
  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0
  };
  private static final int FLAGS = SIGNATURE.length;
  private static final int EXTENSION_LENGTH = FLAGS + Integer.BYTES;
  private static final int FRAME = EXTENSION_LENGTH + Integer.BYTES;
  private static final int TRAILER = -1;

  private final Table table;
  private final List<ColumnType> types;
  private final VectorSchemaRoot root;
  private final ColumnAppender[] appenders;
  private final RowNames rowNames;
  private final BatchAssembler assembler;
  private final TupleChunk chunk = new TupleChunk();
  private int rows;

  /**
   * A reader of one table.
   *
   * @param limit the largest record value, in bytes
   * @param policy what becomes of values that Arrow's types cannot hold
   */
  public CopyReader(Table table, BufferAllocator allocator, long limit, Unrepresentable policy) {
    this.table = table;
    this.types = table.columns().stream().map(column -> ColumnType.of(column, policy)).toList();
    this.root = VectorSchemaRoot.create(ColumnType.schema(table, policy), allocator);
    this.rowNames = new RowNames(table, allocator);
    this.assembler = new BatchAssembler(limit, rowNames::of);
    this.appenders = new ColumnAppender[types.size()];
    for (int i = 0; i < appenders.length; i++) {
      appenders[i] = types.get(i).appender(root.getVector(i));
    }
  }

  /** The schema of the batches. */
  public Schema schema() {
    return root.getSchema();
  }

  /** The command that sends what {@link #read} reads. */
  public String command(String condition) {
    return "COPY (SELECT %s FROM %s WHERE %s) TO STDOUT (FORMAT binary)"
        .formatted(
            types.stream().map(ColumnType::sql).collect(Collectors.joining(", ")),
            table.fromSql(),
            condition);
  }

  /**
   * Reads to the end.
   *
   * @return the server's own count, which is that of the rows handed to {@code output}
   * @throws MillraceException (DATA) if the bytes are not what they should be, or a value has no
   *     place in its Arrow type; (SOURCE) if the server counted other rows
   * @throws SQLException if the connection broke or the server refused
   */
  public long read(CopyMessages messages, BatchAssembler.Output output)
      throws SQLException, InterruptedException {
    begin();
    long read = 0;
    byte[] message = messages.next();
    int at = frame(message);
    while (!isTrailer(message, at)) {
      chunk.add(message, at + Short.BYTES);
      read++;
      if (chunk.isFull()) {
        append(output);
      }
      message = messages.next();
      at = 0;
    }
    append(output);
    closeBatch(output);
    if (messages.next() != null) {
      throw malformed("more data comes after its end");
    }
    if (messages.rowCount() != read) {
      throw MillraceException.lasting(
          MillraceException.Category.SOURCE,
          "Read %d rows of %s where the server counted %d"
              .formatted(read, table.name(), messages.rowCount()));
    }
    return read;
  }

  private int frame(byte[] message) {
    if (message == null
        || message.length < FRAME
        || !Arrays.equals(message, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      throw malformed("it does not begin with the signature of COPY BINARY");
    }
    int flags = TupleChunk.int32(message, FLAGS);
    int extension = TupleChunk.int32(message, EXTENSION_LENGTH);
    if (flags != 0 || extension != 0) {
      throw malformed("flags %08x and an extension of %d bytes".formatted(flags, extension));
    }
    return FRAME;
  }

  private boolean isTrailer(byte[] message, int at) {
    if (message == null) {
      throw malformed("it ended without its trailer");
    }
    int fields = message.length < at + Short.BYTES ? 0 : TupleChunk.int16(message, at);
    if (fields == TRAILER && message.length == at + Short.BYTES) {
      return true;
    }
    if (fields != appenders.length) {
      throw malformed(
          "a message of %d bytes with %d fields where the table has %d columns"
              .formatted(message.length, fields, appenders.length));
    }
    return false;
  }

  private void append(BatchAssembler.Output output) throws InterruptedException {
    long bytes = 0;
    int end = rows + chunk.count();
    int column = 0;
    try {
      for (; column < appenders.length; column++) {
        ColumnAppender appender = appenders[column];
        appender.reserve(end);
        appender.append(chunk, rows);
        bytes += appender.bytes(end);
      }
    } catch (UnreadableValue e) {
      throw unreadable(column, e);
    } catch (IndexOutOfBoundsException e) {
      throw malformed("a tuple is shorter than its fields: " + e.getMessage());
    }
    chunk.requireConsumed();
    chunk.clear();
    rows = end;
    if (assembler.isFull(rows, bytes)) {
      closeBatch(output);
    }
  }

  private void closeBatch(BatchAssembler.Output output) throws InterruptedException {
    if (rows > 0) {
      long bytes = 0;
      for (ColumnAppender appender : appenders) {
        appender.finish(rows);
        bytes += appender.bytes(rows);
      }
      root.setRowCount(rows);
      assembler.encode(root, bytes, output);
      begin();
    }
  }

  private void begin() {
    rows = 0;
    chunk.clear();
    for (ColumnAppender appender : appenders) {
      appender.reset();
    }
  }

  private MillraceException unreadable(int column, UnreadableValue e) {
    return MillraceException.lasting(
        MillraceException.Category.DATA,
        "Cannot read %s.%s%s (%s): %s"
            .formatted(
                table.name(),
                table.columns().get(column).name(),
                e.path(),
                rowNames.keyOf(chunk, e.tuple()),
                e.getMessage()),
        e);
  }

  private MillraceException malformed(String what) {
    return MillraceException.data("Cannot read COPY of %s: %s".formatted(table.name(), what));
  }

  @Override
  public void close() {
    root.close();
  }
}
