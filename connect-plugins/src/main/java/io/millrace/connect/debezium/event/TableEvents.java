package io.millrace.connect.debezium.event;

import io.millrace.connect.BatchAssembler;
import io.millrace.connect.change.ChangeRecords;
import io.millrace.connect.debezium.value.ValueTypes;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.connect.data.Struct;

/** One table's events for as long as its rows have one schema: each goes to its key's bucket. */
public final class TableEvents implements AutoCloseable {
  private final String table;
  private final org.apache.kafka.connect.data.Schema rowSchema;
  private final EventSchema schema;
  private final BufferAllocator allocator;
  private final Output output;
  private final BatchAssembler assembler;
  private final KeyHash hash;
  private final List<FieldVector> keyVectors = new ArrayList<>();
  private final RowColumns keyColumns;
  private final RowColumns.Unavailable unavailable;

  /** Null for buckets without changes. */
  private final EventBatch[] batches;

  /**
   * How changes are divided into batches.
   *
   * @param buckets how many buckets a table with a key has
   * @param recordBytes the largest record value
   * @param types what becomes of values
   * @param placeholder what stands for a value that the source did not send
   */
  public record Settings(int buckets, long recordBytes, ValueTypes types, String placeholder) {}

  /** Takes batches as they are closed; of each bucket they come in order. */
  @FunctionalInterface
  public interface Output {
    /** Takes the next one. */
    void accept(ChangeRecords.Batch batch);
  }

  /**
   * The events of a table as one of them shows it.
   *
   * @throws MillraceException (SOURCE) if a column cannot be read
   */
  public TableEvents(
      ChangeEvent event, Settings settings, BufferAllocator allocator, Output output) {
    this.table = event.table();
    this.rowSchema = event.rowSchema();
    this.schema = EventSchema.of(event, settings.types());
    this.allocator = allocator;
    this.output = output;
    this.assembler =
        new BatchAssembler(
            settings.recordBytes(),
            (batch, row) ->
                "%s (the change at %s)".formatted(table, ToldColumns.position(batch, row)));
    int buckets = schema.key().isEmpty() ? 1 : settings.buckets();
    this.hash = new KeyHash(buckets);
    this.batches = new EventBatch[buckets];
    this.unavailable = new RowColumns.Unavailable(settings.placeholder());
    schema.keyColumns().forEach(key -> keyVectors.add(key.field().createVector(allocator)));
    this.keyColumns = new RowColumns(schema.keyColumns(), keyVectors, unavailable);
  }

  /** Whether an event's rows have the same columns. */
  public boolean fits(ChangeEvent event) {
    return event.rowSchema() == rowSchema
        || (event.rowSchema().equals(rowSchema) && hasKeyOf(event));
  }

  /** An event of the whole table names none. */
  private boolean hasKeyOf(ChangeEvent event) {
    return event.operation() == ChangeOperation.TRUNCATE
        || Set.copyOf(event.keyColumns()).equals(Set.copyOf(key()));
  }

  /** The schema of batches. */
  public Schema arrow() {
    return schema.arrow();
  }

  /** The columns of the key, none if the table has none. */
  public List<String> key() {
    return schema.key();
  }

  /**
   * Adds a change; TRUNCATE is told to every bucket.
   *
   * @return about how many bytes it takes
   * @throws MillraceException (DATA) if a value cannot be read
   */
  public long add(ChangeEvent event, Position position) throws InterruptedException {
    try {
      if (event.operation() != ChangeOperation.TRUNCATE) {
        return add(bucket(event), event, position);
      }
      long bytes = 0;
      for (int bucket = 0; bucket < batches.length; bucket++) {
        bytes += add(bucket, event, position);
      }
      return bytes;
    } catch (RowColumns.UnreadableColumn e) {
      throw MillraceException.lasting(
          Category.DATA,
          "Cannot read a change of %s at %s: %s".formatted(table, position, e.getMessage()),
          e);
    }
  }

  private int bucket(ChangeEvent event) {
    if (schema.key().isEmpty()) {
      return 0;
    }
    Struct key = event.key();
    keyColumns.write(0, key == null ? event.after() : key, name -> {});
    keyVectors.forEach(vector -> vector.setValueCount(1));
    int bucket = hash.bucket(keyVectors, 0);
    keyVectors.forEach(FieldVector::reset);
    return bucket;
  }

  private long add(int bucket, ChangeEvent event, Position position) throws InterruptedException {
    if (batches[bucket] == null) {
      batches[bucket] = new EventBatch(schema, unavailable, allocator);
    }
    EventBatch batch = batches[bucket];
    long bytes = batch.add(event, position);
    if (batch.isFull(assembler)) {
      batch.close(bucket, assembler, output);
    }
    return bytes;
  }

  /** Closes all batches; those without a change since the last time give their memory back. */
  public void closeBatches() throws InterruptedException {
    for (int bucket = 0; bucket < batches.length; bucket++) {
      EventBatch batch = batches[bucket];
      if (batch != null && batch.isEmpty()) {
        batch.close();
        batches[bucket] = null;
      } else if (batch != null) {
        batch.close(bucket, assembler, output);
      }
    }
  }

  @Override
  public void close() {
    keyVectors.forEach(FieldVector::close);
    Arrays.stream(batches).filter(Objects::nonNull).forEach(EventBatch::close);
  }
}
