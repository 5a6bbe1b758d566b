package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.Unit;
import io.millrace.core.ledger.Staged;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkSession;
import io.millrace.core.stage.Transform;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.runtime.sink.AttemptSource.Batch;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Batches of one schema on their way through the transforms into files of the sink. Counts what it
 * hands over, so that a file with fewer rows is found out.
 */
final class StagingTry implements AutoCloseable {
  private final Schema schema;
  private final Unit unit;
  private final List<Transform> transforms;
  private final BufferAllocator allocator;
  private final SinkSession session;
  private long appended;

  /**
   * Begins to stage.
   *
   * @param schema of the batches
   * @param unit as the transforms see it
   * @param transforms what happens to the batches
   * @param begin begins the sink's session for the schema that the transforms give
   */
  StagingTry(
      Schema schema,
      Unit unit,
      TransformChain transforms,
      BufferAllocator allocator,
      Function<Schema, SinkSession> begin) {
    this.schema = schema;
    // Rows do not tell whether they were replayed: a replay gives the same.
    this.unit = unit.replayed(0);
    this.transforms = transforms.open(schema);
    this.allocator = allocator;
    int count = this.transforms.size();
    this.session = begin.apply(count == 0 ? schema : this.transforms.get(count - 1).output());
  }

  /**
   * Does something with memory for vectors of its own.
   *
   * @param memory bounds the vectors of all writers together
   * @param what names it to people
   * @throws MillraceException (TARGET or CONFIGURATION) if the memory does not suffice
   */
  static <R, T> T within(
      BufferAllocator memory, Object what, R request, BiFunction<R, BufferAllocator, T> stage) {
    try (BufferAllocator allocator =
        memory.newChildAllocator(what.toString(), 0, memory.getLimit())) {
      return stage.apply(request, allocator);
    } catch (OutOfMemoryException e) {
      String message =
          "Cannot decode the batches of %s within %d MiB for vectors: raise --memory, or lower writers"
              .formatted(what, memory.getLimit() >> 20);
      // Other writers give their memory back in a moment; if there are none, nothing will change.
      throw memory.getAllocatedMemory() > 0
          ? MillraceException.passing(MillraceException.Category.TARGET, message, e)
          : MillraceException.lasting(MillraceException.Category.CONFIGURATION, message, e);
    }
  }

  /** The schema of a batch. */
  static Schema schema(Batch batch) {
    return BadRecord.blaming(batch.offset(), () -> ArrowCodec.schema(batch.value()));
  }

  /**
   * Hands a batch on.
   *
   * @param part gives what of its rows is wanted, and closes what it is given
   * @return how many rows were wanted
   */
  int append(Batch batch, UnaryOperator<VectorSchemaRoot> part) {
    return BadRecord.blaming(
        batch.offset(),
        () -> {
          VectorSchemaRoot result = part.apply(decoded(batch));
          int wanted = result.getRowCount();
          for (Transform transform : transforms) {
            result = transform.apply(result, unit);
          }
          try (VectorSchemaRoot rows = result) {
            session.append(rows);
            appended += rows.getRowCount();
          }
          return wanted;
        });
  }

  private VectorSchemaRoot decoded(Batch batch) {
    VectorSchemaRoot decoded = ArrowCodec.decode(batch.value(), allocator);
    try {
      if (!decoded.getSchema().equals(schema)) {
        throw MillraceException.data(
            "A batch's schema %s is not that of those before it: %s"
                .formatted(decoded.getSchema(), schema));
      }
      if (decoded.getRowCount() != batch.rows()) {
        throw MillraceException.data(
            "A batch holds %d rows, and its header announces %d"
                .formatted(decoded.getRowCount(), batch.rows()));
      }
      return decoded;
    } catch (MillraceException e) {
      decoded.close();
      throw e;
    }
  }

  /**
   * The files. They may hold fewer rows than the batches, since a transform may leave rows out;
   * this makes sure that no row is missing for any other reason.
   */
  Staged finish(Sink sink) {
    Staged staged = session.finish();
    if (staged.rows() != appended) {
      sink.discard(staged);
      throw MillraceException.lasting(
          MillraceException.Category.PROTOCOL,
          "The files of %s hold %d rows, but %d were handed to the sink"
              .formatted(unit, staged.rows(), appended));
    }
    return staged;
  }

  @Override
  public void close() {
    session.close();
  }
}
