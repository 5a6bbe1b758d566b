package io.millrace.connect.postgres.changes;

import io.millrace.connect.change.ChainOffsets;
import io.millrace.connect.change.StreamChain;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.connect.postgres.slot.SlotGeneration;
import io.millrace.connect.postgres.slot.SystemId;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.change.Position;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * From where the log is read on: what Connect stores as the offset of a slot's records. All changes
 * of transactions whose commit lies before the place were sent.
 *
 * @param generation the slot's
 * @param timeline which history of the server was read
 * @param lsn the place: the start of a commit, or the end of one
 * @param latestCommit the maximum of the commit times before it
 * @param streams how far the records of each stream have come
 * @param gone streams that were read once and are no longer: they have a gap
 */
record Checkpoint(
    SlotGeneration generation,
    int timeline,
    long lsn,
    Instant latestCommit,
    Map<String, TableChain> streams,
    Set<String> gone) {
  private static final String GENERATION = "generation";
  private static final String SYSTEM = "system";
  private static final String TIMELINE = "timeline";
  private static final String SLOT = "slot";
  private static final String PLACE = "lsn";
  private static final String RESNAPSHOT = "resnapshot.";
  private static final String MEMBERSHIP = "membership.";
  private static final String GONE = "gone.";

  Checkpoint {
    streams = Map.copyOf(streams);
    gone = Set.copyOf(gone);
  }

  /** Where a generation begins, before any stream is known. */
  static Checkpoint start(SlotGeneration generation, int timeline, long lsn) {
    return new Checkpoint(
        generation,
        timeline,
        lsn,
        Instant.ofEpochMilli(generation.id().epochMillis()),
        Map.of(),
        Set.of());
  }

  /** Whether it is of the same generation, and more was read. */
  boolean isLaterThan(Checkpoint other) {
    return generation.equals(other.generation) && Long.compareUnsigned(lsn, other.lsn) > 0;
  }

  SystemId system() {
    return new SystemId(generation.system(), timeline);
  }

  /**
   * What Connect files the offsets of a pipeline's slot under. Not by the slot's name: so that
   * another name is seen to be one. A HashMap, since Connect compares the JSON text of such maps.
   */
  static Map<String, String> sourcePartition(String pipeline) {
    var key = new HashMap<String, String>();
    key.put("pipeline", pipeline);
    key.put("log", "changes");
    return key;
  }

  /** What Connect has stored. */
  static Optional<Checkpoint> stored(OffsetStorageReader offsets, String pipeline) {
    return of(offsets.offset(sourcePartition(pipeline)));
  }

  /** Where the log asked to read a stream's table again: the latest place of each. */
  Map<String, Position> resnapshots() {
    var asked = new HashMap<String, Position>();
    streams.forEach(
        (stream, chain) -> {
          if (!chain.resnapshot().equals(Position.START)) {
            asked.put(stream, chain.resnapshot());
          }
        });
    return asked;
  }

  Map<String, Object> toOffset() {
    var offset = new LinkedHashMap<String, Object>();
    offset.put(GENERATION, generation.id().toString());
    offset.put(SYSTEM, generation.system());
    offset.put(TIMELINE, timeline);
    offset.put(SLOT, generation.slot());
    offset.put(PLACE, Lsn.text(lsn));
    var chains = new HashMap<String, StreamChain>();
    streams.forEach(
        (stream, chain) -> {
          chains.put(stream, chain.records());
          if (!chain.resnapshot().equals(Position.START)) {
            offset.put(RESNAPSHOT + stream, chain.resnapshot().toString());
          }
          if (chain.membership() != 0) {
            offset.put(MEMBERSHIP + stream, chain.membership());
          }
        });
    ChainOffsets.put(offset, generation.buckets(), latestCommit, chains);
    gone.forEach(stream -> offset.put(GONE + stream, true));
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
    var generation =
        new SlotGeneration(
            PlanId.parse((String) offset.get(GENERATION)),
            offset.get(SYSTEM).toString(),
            offset.get(SLOT).toString(),
            ChainOffsets.buckets(offset));
    return new Checkpoint(
        generation,
        (int) ChainOffsets.number(offset, TIMELINE),
        Lsn.parse(offset.get(PLACE).toString()),
        ChainOffsets.latestCommit(offset),
        chains(offset),
        gone(offset));
  }

  private static Map<String, TableChain> chains(Map<String, Object> offset) {
    var chains = new HashMap<String, TableChain>();
    ChainOffsets.forEachChain(
        offset,
        (stream, records) -> {
          String resnapshot = (String) offset.get(RESNAPSHOT + stream);
          String membership = MEMBERSHIP + stream;
          chains.put(
              stream,
              new TableChain(
                  records,
                  resnapshot == null ? Position.START : Position.parse(resnapshot),
                  offset.containsKey(membership) ? ChainOffsets.number(offset, membership) : 0));
        });
    return chains;
  }

  private static Set<String> gone(Map<String, Object> offset) {
    var gone = new TreeSet<String>();
    offset.keySet().stream()
        .filter(key -> key.startsWith(GONE))
        .forEach(key -> gone.add(key.substring(GONE.length())));
    return gone;
  }
}
