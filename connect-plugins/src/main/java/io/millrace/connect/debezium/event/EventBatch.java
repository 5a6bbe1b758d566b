package io.millrace.connect.debezium.event;

import io.millrace.connect.BatchAssembler;
import io.millrace.connect.change.ChangeRecords;
import io.millrace.core.change.Position;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.kafka.connect.data.Struct;

/** The changes of one table and one bucket that were not sent yet. */
final class EventBatch implements AutoCloseable {
  private static final int FIRST_ROWS = 64;

  private final VectorSchemaRoot root;
  private final RowColumns columns;
  private final RowColumns before;
  private final StructVector beforeVector;
  private final ToldColumns told;
  private int rows;
  private long bytes;

  EventBatch(EventSchema schema, RowColumns.Unavailable unavailable, BufferAllocator allocator) {
    root = VectorSchemaRoot.create(schema.arrow(), allocator);
    for (FieldVector vector : root.getFieldVectors()) {
      vector.setInitialCapacity(FIRST_ROWS);
      vector.allocateNew();
    }
    int own = schema.columns().size();
    columns = new RowColumns(schema.columns(), root.getFieldVectors().subList(0, own), unavailable);
    beforeVector = (StructVector) root.getVector(EventSchema.BEFORE);
    before = new RowColumns(schema.columns(), beforeVector.getChildrenFromFields(), unavailable);
    told = new ToldColumns(root);
  }

  /** Adds a change, a delete's row with the key alone; gives about how many bytes it takes. */
  long add(ChangeEvent event, Position position) {
    var unchanged = new ArrayList<String>();
    Struct row = event.operation() == ChangeOperation.DELETE ? event.key() : event.after();
    Struct old = event.before();
    long more = columns.write(rows, row, unchanged::add);
    more += before.write(rows, old, name -> {});
    if (old == null) {
      beforeVector.setNull(rows);
    } else {
      beforeVector.setIndexDefined(rows);
    }
    more += told.write(rows, position, event, unchanged);
    rows++;
    bytes += more;
    return more;
  }

  boolean isEmpty() {
    return rows == 0;
  }

  boolean isFull(BatchAssembler assembler) {
    return rows > 0 && assembler.isFull(rows, bytes);
  }

  /** Encodes what is there, as one record or more, and begins anew. */
  void close(int bucket, BatchAssembler assembler, TableEvents.Output output)
      throws InterruptedException {
    if (rows == 0) {
      return;
    }
    root.setRowCount(rows);
    var sent = new Sent(bucket, output);
    assembler.encode(root, bytes, sent::accept);
    root.getFieldVectors().forEach(FieldVector::reset);
    rows = 0;
    bytes = 0;
  }

  /** Says of each record which of the rows it has. */
  private final class Sent {
    private final int bucket;
    private final TableEvents.Output output;
    private int done;

    Sent(int bucket, TableEvents.Output output) {
      this.bucket = bucket;
      this.output = output;
    }

    void accept(byte[] value, int count) {
      Position first = told.position(done);
      done += count;
      output.accept(
          new ChangeRecords.Batch(
              bucket,
              first,
              told.position(done - 1),
              root.getSchema(),
              count,
              ByteBuffer.wrap(value)));
    }
  }

  @Override
  public void close() {
    root.close();
  }
}
