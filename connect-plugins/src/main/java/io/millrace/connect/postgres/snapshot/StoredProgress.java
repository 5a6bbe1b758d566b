package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.plan.PlannedPartition;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** What Connect's offsets say of a run. */
final class StoredProgress {
  private final OffsetStorageReader offsets;
  private final StreamId stream;
  private final RunId run;

  StoredProgress(OffsetStorageReader offsets, StreamId stream, RunId run) {
    this.offsets = offsets;
    this.stream = stream;
    this.run = run;
  }

  /**
   * What Connect files a Partition's offset under. Connect compares such maps by their JSON text,
   * so the order of keys counts: a HashMap has the one that Connect itself gives them when it reads
   * them back, in every JVM.
   */
  static Map<String, String> sourcePartition(StreamId stream, RunId run, String partition) {
    var key = new HashMap<String, String>();
    key.put("pipeline", stream.pipeline());
    key.put("stream", stream.name());
    key.put("run", run.value());
    key.put("partition", partition);
    return key;
  }

  /** What is stored of these Partitions. */
  Map<String, PartitionProgress> of(Collection<String> partitions) {
    var keys = new HashMap<Map<String, String>, String>();
    partitions.forEach(id -> keys.put(sourcePartition(stream, run, id), id));
    var progress = new HashMap<String, PartitionProgress>();
    offsets
        .offsets(keys.keySet())
        .forEach(
            (key, offset) ->
                PartitionProgress.of(offset).ifPresent(p -> progress.put(keys.get(key), p)));
    return progress;
  }

  /** The plan that fulfils the request, if one was read to its end. */
  Optional<PartitionProgress> finished(String request) {
    String first = PlannedPartition.id(0);
    PartitionProgress head = of(List.of(first)).get(first);
    if (head == null || !head.isFinished() || !head.request().equals(request)) {
      return Optional.empty();
    }
    List<String> all = ids(head.planSize());
    Map<String, PartitionProgress> progress = of(all);
    boolean whole =
        all.stream()
            .map(progress::get)
            .allMatch(p -> p != null && p.isFinished() && p.plan().equals(head.plan()));
    return whole ? Optional.of(head) : Optional.empty();
  }

  /** The millisecond of the latest plan seen in so many Partitions, 0 if there is none. */
  long latestPlan(int partitions) {
    return of(ids(partitions)).values().stream()
        .mapToLong(p -> p.plan().epochMillis())
        .max()
        .orElse(0);
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(PlannedPartition::id).toList();
  }
}
