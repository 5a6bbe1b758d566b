package io.millrace.runtime.sink;

import io.millrace.core.PlanId;
import io.millrace.core.change.Bucket;
import io.millrace.runtime.bucket.BucketAction;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The records of cuts that are not loaded yet, as far as there is room for them. */
final class CutBuffers implements AutoCloseable {
  private final Supplier<UnitBuffer> open;
  private final Map<Key, UnitBuffer> buffers = new HashMap<>();

  /** Cuts that there was no room for. */
  private final Set<Key> givenUp = new HashSet<>();

  private record Key(Bucket bucket, int cut) {}

  /** Keeps nothing yet. */
  CutBuffers(Supplier<UnitBuffer> open) {
    this.open = open;
  }

  /** Keeps a record's value, unless its cut was given up. */
  void keep(BucketAction.Keep record, byte[] value, long rows, long offset) {
    var key = new Key(record.bucket(), record.cut());
    if (!givenUp.contains(key)) {
      buffers.computeIfAbsent(key, any -> open.get()).add(record.sequence(), value, rows, offset);
    }
  }

  /** What is kept of a cut, which is the caller's to close; nothing if it was given up. */
  Optional<UnitBuffer> take(Bucket bucket, int cut) {
    var key = new Key(bucket, cut);
    givenUp.remove(key);
    return Optional.ofNullable(buffers.remove(key));
  }

  /** Forgets a bucket. */
  void discard(Bucket bucket) {
    givenUp.removeIf(key -> key.bucket().equals(bucket));
    Iterator<Map.Entry<Key, UnitBuffer>> kept = buffers.entrySet().iterator();
    while (kept.hasNext()) {
      Map.Entry<Key, UnitBuffer> entry = kept.next();
      if (entry.getKey().bucket().equals(bucket)) {
        entry.getValue().close();
        kept.remove();
      }
    }
  }

  /** The one that takes most memory. */
  Optional<UnitBuffer> largest() {
    return largestKey().map(buffers::get);
  }

  /** The generation whose changes it holds. */
  Optional<PlanId> largestGeneration() {
    return largestKey().map(key -> key.bucket().generation().id());
  }

  /** Gives the largest one up: its cut is loaded from the log. */
  void giveLargestUp() {
    largestKey()
        .ifPresent(
            key -> {
              givenUp.add(key);
              buffers.remove(key).close();
            });
  }

  private Optional<Key> largestKey() {
    return buffers.entrySet().stream()
        .filter(entry -> entry.getValue().inMemory() > 0)
        .max(Comparator.comparingLong(entry -> entry.getValue().inMemory()))
        .map(Map.Entry::getKey);
  }

  @Override
  public void close() {
    buffers.values().forEach(UnitBuffer::close);
    buffers.clear();
  }
}
