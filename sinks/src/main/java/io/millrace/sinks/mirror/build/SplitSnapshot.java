package io.millrace.sinks.mirror.build;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.change.Generation;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.wire.BatchStreamReader;
import io.millrace.sinks.mirror.BucketSplitter;
import io.millrace.sinks.mirror.build.Snapshots.Snapshot;
import io.millrace.sinks.mirror.vector.BatchLimits;
import io.millrace.sinks.store.ObjectStore;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of a snapshot by bucket, in scratch files that last as long as this. */
final class SplitSnapshot implements BaseRows {
  /** Of the memory, for the batches of all buckets. */
  private static final int SHARE = 8;

  private final Path folder;
  private final Schema schema;

  /**
   * Reads the snapshot's files and writes the scratch files.
   *
   * @param scratch where their folder is made
   */
  SplitSnapshot(
      ObjectStore store,
      Snapshot snapshot,
      Generation generation,
      Path scratch,
      BufferAllocator allocator)
      throws IOException {
    Files.createDirectories(scratch);
    this.folder = Files.createTempDirectory(scratch, "mirror-");
    try {
      this.schema = split(store, snapshot, generation, allocator);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private Schema split(
      ObjectStore store, Snapshot snapshot, Generation generation, BufferAllocator allocator)
      throws IOException {
    List<StagedFile> files =
        snapshot.units().stream().flatMap(unit -> filesOf(unit).stream()).toList();
    long bytes = Math.max(1, allocator.getLimit() / SHARE / generation.buckets());
    var limits =
        new BatchLimits(BatchLimits.DEFAULT.rows(), Math.min(BatchLimits.DEFAULT.bytes(), bytes));
    var outputs = new ArrayList<OutputStream>();
    try (var first = new BatchStreamReader(store.open(files.get(0).path()), allocator);
        var splitter =
            new BucketSplitter(
                snapshot.plan().stream(),
                generation,
                first.schema(),
                bucket -> {
                  OutputStream out = new BufferedOutputStream(Files.newOutputStream(file(bucket)));
                  outputs.add(out);
                  return out;
                },
                limits,
                allocator)) {
      append(first, splitter);
      for (StagedFile file : files.subList(1, files.size())) {
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

  private Path file(int bucket) {
    return folder.resolve(bucket + ".arrows");
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public InputStream open(int bucket) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file(bucket)));
  }

  @Override
  public void close() {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw MillraceException.passing(
          Category.TARGET, "Cannot delete the scratch files in %s".formatted(folder), e);
    }
  }
}
