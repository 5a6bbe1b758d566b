package io.millrace.sinks.mirror.build;

import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.wire.BatchStreamReader;
import io.millrace.sinks.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of a version. */
final class VersionRows implements BaseRows {
  private final ObjectStore store;
  private final MirrorVersion version;
  private final Schema schema;

  VersionRows(ObjectStore store, MirrorVersion version, BufferAllocator allocator)
      throws IOException {
    this.store = store;
    this.version = version;
    try (var reader = new BatchStreamReader(open(0), allocator)) {
      this.schema = reader.schema();
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public InputStream open(int bucket) {
    return store.open(version.buckets().get(bucket).state().path());
  }

  @Override
  public void close() {
    // they are the version's
  }
}
