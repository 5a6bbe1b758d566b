package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.ChangeEntry.LogMark;
import io.millrace.core.ledger.ChangeEntry.Reach;
import io.millrace.core.ledger.Staged;
import io.millrace.core.stage.Sink;
import io.millrace.runtime.bucket.ChangeRecord;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Loads one cut of changes: decode, leave out what the chain has, transform, stage, append to the
 * chain. Rows are compared one by one with the position that was reached, so that a batch that was
 * sent again, cut in another way, brings none twice. Thread-safe.
 */
final class CutLoader {
  private static final String NO_WRITER = "";

  /** What became of the batches, and how many of their rows were news. */
  private record Loaded(Staged staged, long rows) {}

  private final Sink sink;
  private final TransformChain transforms;
  private final BufferAllocator memory;
  private final Retries retries;

  CutLoader(Sink sink, TransformChain transforms, BufferAllocator memory, Retries retries) {
    this.sink = sink;
    this.transforms = transforms;
    this.memory = memory;
    this.retries = retries;
  }

  /**
   * Loads it, trying again as long as that may help.
   *
   * @throws MillraceException if the target, Kafka or the configuration refuses for good
   * @throws java.util.concurrent.CancellationException if the sink is being stopped
   */
  CutOutcome load(CutRequest request) {
    Cut cut = request.cut().cut();
    Bucket bucket = cut.bucket();
    try {
      Loaded loaded = retries.untilAnswered("stage " + cut, () -> stage(request));
      ChangeEntry entry = entry(request, loaded);
      if (retries.untilAnswered("append " + cut, () -> sink.ledger().chains().append(entry))) {
        return new CutOutcome.Loaded(entry);
      }
      retries.untilAnswered(
          "discard files of " + cut,
          () -> {
            sink.discard(loaded.staged);
            return cut;
          });
      return new CutOutcome.Lost(bucket);
    } catch (UnusableBatch e) {
      return new CutOutcome.Unreadable(e.record, e.getMessage());
    }
  }

  /** Which record of the cut is bad. */
  private static final class UnusableBatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ChangeRecord record;

    UnusableBatch(ChangeRecord record, RuntimeException cause) {
      super(cause.getMessage(), cause);
      this.record = record;
    }
  }

  private ChangeEntry entry(CutRequest request, Loaded loaded) {
    Reach reach = request.cut().reach();
    var end = request.cut().end();
    return new ChangeEntry(
        request.cut().cut(),
        new Reach(reach.after(), reach.last(), reach.progress(), loaded.rows),
        loaded.staged,
        new LogMark(
            request.topicId(),
            end.partition(),
            end.offset() + 1,
            Instant.ofEpochMilli(end.timestamp())),
        transforms.fingerprint(sink));
  }

  private Loaded stage(CutRequest request) {
    if (request.cut().batches().isEmpty()) {
      return new Loaded(new Staged(NO_WRITER, List.of()), 0);
    }
    return StagingTry.within(memory, request.cut().cut(), request, this::stage);
  }

  private Loaded stage(CutRequest request, BufferAllocator allocator) {
    Cut cut = request.cut().cut();
    List<ChangeRecord> batches = request.cut().batches();
    Schema schema = blaming(batches.get(0), () -> StagingTry.schema(request.source().batch(0)));
    try (var staging =
        new StagingTry(
            schema, cut.unit(), transforms, allocator, output -> sink.begin(cut, output))) {
      var positions = new PositionFilter(request.cut().reach().after());
      long rows = 0;
      for (int sequence = 0; sequence < batches.size(); sequence++) {
        int next = sequence;
        rows +=
            blaming(
                batches.get(sequence),
                () -> staging.append(request.source().batch(next), positions::news));
      }
      return new Loaded(staging.finish(sink), rows);
    }
  }

  private static <T> T blaming(ChangeRecord record, Supplier<T> work) {
    try {
      return work.get();
    } catch (BadRecord e) {
      throw new UnusableBatch(record, e);
    } catch (MillraceException e) {
      throw e.category() == MillraceException.Category.DATA ? new UnusableBatch(record, e) : e;
    }
  }
}
