package io.millrace.sinks.mirror.build;

import io.millrace.core.change.Generation;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.wire.BatchStreamReader;
import io.millrace.sinks.mirror.BucketSplitter;
import io.millrace.sinks.mirror.build.ScratchRows.Outputs;
import io.millrace.sinks.mirror.build.Snapshots.Snapshot;
import io.millrace.sinks.mirror.vector.BatchLimits;
import io.millrace.sinks.store.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of a snapshot by bucket. */
final class SplitSnapshot {
  /** Of the memory, for the batches of all buckets. */
  private static final int SHARE = 8;

  private SplitSnapshot() {}

  /**
   * Reads the snapshot's files.
   *
   * @param scratch where the rows are put
   */
  static ScratchRows of(
      ObjectStore store,
      Snapshot snapshot,
      Generation generation,
      Path scratch,
      BufferAllocator allocator)
      throws IOException {
    return ScratchRows.filled(
        scratch, outputs -> split(store, snapshot, generation, outputs, allocator));
  }

  private static Schema split(
      ObjectStore store,
      Snapshot snapshot,
      Generation generation,
      Outputs files,
      BufferAllocator allocator)
      throws IOException {
    List<StagedFile> staged =
        snapshot.units().stream().flatMap(unit -> filesOf(unit).stream()).toList();
    long bytes = Math.max(1, allocator.getLimit() / SHARE / generation.buckets());
    var limits =
        new BatchLimits(BatchLimits.DEFAULT.rows(), Math.min(BatchLimits.DEFAULT.bytes(), bytes));
    var outputs = new ArrayList<OutputStream>();
    try (var first = new BatchStreamReader(store.open(staged.get(0).path()), allocator);
        var splitter =
            new BucketSplitter(
                snapshot.plan().stream(),
                generation,
                first.schema(),
                bucket -> {
                  OutputStream out = files.create(bucket);
                  outputs.add(out);
                  return out;
                },
                limits,
                allocator)) {
      append(first, splitter);
      for (StagedFile file : staged.subList(1, staged.size())) {
        try (var reader = new BatchStreamReader(store.open(file.path()), allocator)) {
          append(reader, splitter);
        }
      }
      splitter.finish();
      return splitter.schema();
    } finally {
      for (OutputStream out : outputs) {
        out.close();
      }
    }
  }

  /** Units without rows have a file too, which tells the schema. */
  private static List<StagedFile> filesOf(UnitMarker unit) {
    return unit.staged().files();
  }

  private static void append(BatchStreamReader reader, BucketSplitter splitter) throws IOException {
    for (Optional<VectorSchemaRoot> next = reader.next(); next.isPresent(); next = reader.next()) {
      try (VectorSchemaRoot batch = next.get()) {
        splitter.append(batch);
      }
    }
  }
}
