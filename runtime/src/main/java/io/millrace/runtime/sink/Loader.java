package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.Unit;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkSession;
import io.millrace.core.stage.Transform;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.runtime.sink.AttemptSource.Batch;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Loads one attempt: decode, transform, stage, mark. What is staged is counted once more against
 * the attempt's end, so that neither a scratch disk nor a second reading can slip in another batch.
 * Thread-safe.
 */
final class Loader {
  /** What became of the batches, and how many rows they held before any transform. */
  private record Loaded(Staged staged, long rows) {}

  private final Sink sink;
  private final TransformChain transforms;
  private final BufferAllocator memory;
  private final Retries retries;

  Loader(Sink sink, TransformChain transforms, BufferAllocator memory, Retries retries) {
    this.sink = sink;
    this.transforms = transforms;
    this.memory = memory;
    this.retries = retries;
  }

  /**
   * Loads it, trying again as long as that may help.
   *
   * @throws MillraceException if the target, Kafka or the configuration refuses for good
   * @throws CancellationException if the sink is being stopped
   */
  LoadOutcome load(LoadRequest request) {
    try {
      Loaded loaded = retries.untilAnswered("stage " + request.unit(), () -> stage(request));
      Staged staged = loaded.staged;
      UnitMarker marker = marker(request, loaded);
      if (retries.untilAnswered("mark " + request.unit(), () -> sink.ledger().mark(marker))) {
        return new LoadOutcome.Loaded(marker);
      }
      retries.untilAnswered(
          "discard files of " + request.unit(),
          () -> {
            sink.discard(staged);
            return staged;
          });
      return new LoadOutcome.Lost(request.unit());
    } catch (BadRecord e) {
      return new LoadOutcome.Unreadable(request.unit(), e.getMessage(), OptionalLong.of(e.offset));
    } catch (MillraceException e) {
      if (e.category() == MillraceException.Category.DATA) {
        return new LoadOutcome.Unreadable(request.unit(), e.getMessage(), OptionalLong.empty());
      }
      throw e;
    }
  }

  /** What is wrong with one record. */
  private static final class BadRecord extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    private BadRecord(long offset, MillraceException cause) {
      super(cause.getMessage(), cause);
      this.offset = offset;
    }
  }

  /** Does something with a record alone: bad data is that record's fault. */
  private static <T> T blaming(long offset, Supplier<T> work) {
    try {
      return work.get();
    } catch (MillraceException e) {
      throw e.category() == MillraceException.Category.DATA ? new BadRecord(offset, e) : e;
    }
  }

  private UnitMarker marker(LoadRequest request, Loaded loaded) {
    var reading = request.end().reading();
    return new UnitMarker(
        reading.unit(),
        reading.planSize(),
        reading.attempt(),
        request.end().header().rows(),
        loaded.staged,
        request.log(loaded.rows),
        transforms.fingerprint(sink));
  }

  private Loaded stage(LoadRequest request) {
    try (BufferAllocator allocator =
        memory.newChildAllocator(request.unit().toString(), 0, memory.getLimit())) {
      return stage(request, allocator);
    } catch (OutOfMemoryException e) {
      throw outOfMemory(request, e);
    }
  }

  private Loaded stage(LoadRequest request, BufferAllocator allocator) {
    // Sequence 0 is the first batch, or the end of an attempt without rows: both tell the schema.
    Batch first = request.source().batch(0);
    Schema schema = blaming(first.offset(), () -> ArrowCodec.schema(first.value()));
    List<Transform> opened = transforms.open(schema);
    Schema output = opened.isEmpty() ? schema : opened.get(opened.size() - 1).output();
    try (SinkSession session = sink.begin(request.unit(), output)) {
      var checksum = new AttemptChecksum();
      long rows = 0;
      long appended = 0;
      for (int sequence = 0; sequence < request.end().batches(); sequence++) {
        Batch batch = sequence == 0 ? first : request.source().batch(sequence);
        checksum.add(AttemptChecksum.of(batch.value()));
        rows += batch.rows();
        appended +=
            blaming(
                batch.offset(),
                () -> append(decoded(batch, allocator, schema), opened, request.unit(), session));
      }
      requireAnnounced(request, rows, checksum.value());
      Staged staged = session.finish();
      requireAppended(request, appended, staged);
      return new Loaded(staged, rows);
    }
  }

  private static VectorSchemaRoot decoded(Batch batch, BufferAllocator allocator, Schema schema) {
    VectorSchemaRoot decoded = ArrowCodec.decode(batch.value(), allocator);
    try {
      if (!decoded.getSchema().equals(schema)) {
        throw MillraceException.data(
            "A batch's schema %s is not that of its attempt: %s"
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

  /** Hands one batch on and closes it; returns the rows that the transforms left of it. */
  private static long append(
      VectorSchemaRoot decoded, List<Transform> transforms, Unit unit, SinkSession session) {
    VectorSchemaRoot result = decoded;
    // Rows do not tell whether they were replayed: a replay gives the same.
    Unit sent = unit.replayed(0);
    for (Transform transform : transforms) {
      result = transform.apply(result, sent);
    }
    try (VectorSchemaRoot batch = result) {
      session.append(batch);
      return batch.getRowCount();
    }
  }

  /**
   * A unit's files may hold fewer rows than its batches, since a transform may leave rows out; this
   * makes sure that no row is missing for any other reason.
   */
  private static void requireAppended(LoadRequest request, long appended, Staged staged) {
    if (staged.rows() != appended) {
      throw MillraceException.lasting(
          MillraceException.Category.PROTOCOL,
          "The files of %s hold %d rows, but %d were handed to the sink"
              .formatted(request.unit(), staged.rows(), appended));
    }
  }

  private static void requireAnnounced(LoadRequest request, long rows, int checksum) {
    var announced = request.end().header();
    if (rows != announced.rows() || checksum != announced.checksum()) {
      String reason =
          "The batches of %s hold %d rows with checksum %08x, but the source announced %d with %08x"
              .formatted(
                  request.end().key(), rows, checksum, announced.rows(), announced.checksum());
      throw new BadRecord(request.end().offset(), MillraceException.data(reason));
    }
  }

  private MillraceException outOfMemory(LoadRequest request, OutOfMemoryException e) {
    String message =
        "Cannot decode the batches of %s within %d MiB for vectors: raise --memory, or lower writers"
            .formatted(request.unit(), memory.getLimit() >> 20);
    // Other writers give their memory back in a moment; if there are none, nothing will change.
    return memory.getAllocatedMemory() > 0
        ? MillraceException.passing(MillraceException.Category.TARGET, message, e)
        : MillraceException.lasting(MillraceException.Category.CONFIGURATION, message, e);
  }
}
