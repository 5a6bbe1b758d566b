package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.Sink;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.runtime.sink.AttemptSource.Batch;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;

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
      return new LoadOutcome.Unreadable(
          request.unit(), e.getMessage(), OptionalLong.of(e.offset()));
    } catch (MillraceException e) {
      if (e.category() == MillraceException.Category.DATA) {
        return new LoadOutcome.Unreadable(request.unit(), e.getMessage(), OptionalLong.empty());
      }
      throw e;
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
            transforms.fingerprint(sink))
        .at(reading.pointOrNull());
  }

  private Loaded stage(LoadRequest request) {
    return StagingTry.within(memory, request.unit(), request, this::stage);
  }

  private Loaded stage(LoadRequest request, BufferAllocator allocator) {
    // Sequence 0 is the first batch, or the end of an attempt without rows: both tell the schema.
    Batch first = request.source().batch(0);
    try (var staging =
        new StagingTry(
            StagingTry.schema(first),
            request.unit(),
            transforms,
            allocator,
            output -> sink.begin(request.unit(), output))) {
      var checksum = new AttemptChecksum();
      long rows = 0;
      for (int sequence = 0; sequence < request.end().batches(); sequence++) {
        Batch batch = sequence == 0 ? first : request.source().batch(sequence);
        checksum.add(AttemptChecksum.of(batch.value()));
        rows += staging.append(batch, UnaryOperator.identity());
      }
      requireAnnounced(request, rows, checksum.value());
      return new Loaded(staging.finish(sink), rows);
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
}
