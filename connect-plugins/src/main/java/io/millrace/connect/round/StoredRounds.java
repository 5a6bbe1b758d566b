package io.millrace.connect.round;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * What Connect's offsets say of a connector's rounds. The Partitions of a round are numbered into
 * slots, and the next round uses them again: what is stored does not grow with the number of runs.
 */
public final class StoredRounds {
  private static final int BLOCK = 256;

  private final OffsetStorageReader offsets;
  private final String pipeline;

  public StoredRounds(OffsetStorageReader offsets, String pipeline) {
    this.offsets = offsets;
    this.pipeline = pipeline;
  }

  /**
   * What Connect files the offset of a slot under. Connect compares such maps by their JSON text,
   * so the order of keys counts: a HashMap has the one that Connect itself gives them when it reads
   * them back, in every JVM.
   */
  public static Map<String, String> sourcePartition(String pipeline, int slot) {
    var key = new HashMap<String, String>();
    key.put("pipeline", pipeline);
    key.put("slot", PlannedPartition.id(slot));
    return key;
  }

  /** What is stored of these slots. */
  public Map<Integer, SlotProgress> of(List<Integer> slots) {
    var keys = new HashMap<Map<String, String>, Integer>();
    slots.forEach(slot -> keys.put(sourcePartition(pipeline, slot), slot));
    var progress = new HashMap<Integer, SlotProgress>();
    offsets
        .offsets(keys.keySet())
        .forEach(
            (key, offset) ->
                SlotProgress.of(offset).ifPresent(p -> progress.put(keys.get(key), p)));
    return progress;
  }

  /** The latest round that anything is stored of. */
  public Optional<StoredRound> latest() {
    var all = new HashMap<Integer, SlotProgress>();
    Map<Integer, SlotProgress> block;
    int from = 0;
    do {
      block = of(IntStream.range(from, from + BLOCK).boxed().toList());
      all.putAll(block);
      from += BLOCK;
    } while (!block.isEmpty());
    return all.values().stream()
        .map(SlotProgress::round)
        .max((a, b) -> a.plan().compareTo(b.plan()))
        .map(round -> new StoredRound(round, all));
  }
}
