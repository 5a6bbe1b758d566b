package io.millrace.connect.debezium.read;

import io.millrace.connect.change.ChainOffsets;
import io.millrace.connect.change.StreamChain;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * From where the source is read on: what Connect stores as the offset of the records.
 *
 * @param generation when reading began
 * @param connector the class of Debezium's connector
 * @param buckets how many buckets a table with a key has
 * @param offsets the connector's own offsets, by its own partitions; none before its snapshot is
 *     whole, which is taken anew then
 * @param place what the order of events has reached there
 * @param latestCommit the maximum of the commit times before it
 * @param streams how far the records of each stream have come
 */
record Checkpoint(
    PlanId generation,
    String connector,
    int buckets,
    Map<Map<String, ?>, Map<String, ?>> offsets,
    long place,
    Instant latestCommit,
    Map<String, StreamChain> streams) {
  private static final String GENERATION = "generation";
  private static final String CONNECTOR = "connector";
  private static final String OFFSETS = "debezium";
  private static final String PLACE = "place";

  Checkpoint {
    offsets = Map.copyOf(offsets);
    streams = Map.copyOf(streams);
  }

  /** Where a generation begins. */
  static Checkpoint start(PlanId generation, String connector, int buckets) {
    Instant began = Instant.ofEpochMilli(generation.epochMillis());
    return new Checkpoint(generation, connector, buckets, Map.of(), 0, began, Map.of());
  }

  /** A later one of the same generation. */
  Checkpoint at(
      Map<Map<String, ?>, Map<String, ?>> later,
      long laterPlace,
      Instant commit,
      Map<String, StreamChain> chains) {
    return new Checkpoint(generation, connector, buckets, later, laterPlace, commit, chains);
  }

  /** Whether it can be gone on from; if not, all begins anew. */
  boolean isWhole() {
    return !offsets.isEmpty();
  }

  /** The generation of a stream with this key. */
  Generation of(List<String> key, String pipeline) {
    return new Generation(
        generation, connector, pipeline, key.isEmpty() ? 1 : buckets, key, KeyHash.NAME);
  }

  /**
   * What Connect files the offsets of a pipeline under. A HashMap, since Connect compares the JSON
   * text of such maps.
   */
  static Map<String, String> sourcePartition(String pipeline) {
    var key = new HashMap<String, String>();
    key.put("pipeline", pipeline);
    key.put("log", "debezium");
    return key;
  }

  /** What Connect has stored. */
  static Optional<Checkpoint> stored(OffsetStorageReader offsets, String pipeline) {
    return of(offsets.offset(sourcePartition(pipeline)));
  }

  Map<String, Object> toOffset() {
    var offset = new LinkedHashMap<String, Object>();
    offset.put(GENERATION, generation.toString());
    offset.put(CONNECTOR, connector);
    offset.put(OFFSETS, OffsetText.of(offsets));
    offset.put(PLACE, place);
    ChainOffsets.put(offset, buckets, latestCommit, streams);
    return offset;
  }

  /**
   * Reads an offset, null if none is stored.
   *
   * @throws MillraceException (SOURCE) if its keys were hashed otherwise than they would be now
   */
  static Optional<Checkpoint> of(Map<String, Object> offset) {
    return ChainOffsets.read(offset, Checkpoint::parse);
  }

  private static Checkpoint parse(Map<String, Object> offset) {
    return new Checkpoint(
        PlanId.parse((String) offset.get(GENERATION)),
        offset.get(CONNECTOR).toString(),
        ChainOffsets.buckets(offset),
        OffsetText.parse((String) offset.get(OFFSETS)),
        ChainOffsets.number(offset, PLACE),
        ChainOffsets.latestCommit(offset),
        ChainOffsets.chains(offset));
  }
}
