package io.millrace.connect.postgres.changes;

import io.millrace.connect.change.StreamChain;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.connect.postgres.slot.SlotGeneration;
import io.millrace.connect.postgres.slot.SystemId;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
  private static final String BUCKETS = "buckets";
  private static final String HASH = "hash";
  private static final String PLACE = "lsn";
  private static final String LATEST_COMMIT = "latest_commit";
  private static final String KEY = "key.";
  private static final String LAST = "last.";
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
    offset.put(BUCKETS, generation.buckets());
    offset.put(HASH, KeyHash.NAME);
    offset.put(PLACE, Lsn.text(lsn));
    offset.put(LATEST_COMMIT, ChronoUnit.MICROS.between(Instant.EPOCH, latestCommit));
    streams.forEach(
        (stream, chain) -> {
          offset.put(KEY + stream, chain.records().keyText());
          offset.put(LAST + stream, chain.records().lastsText());
          if (!chain.resnapshot().equals(Position.START)) {
            offset.put(RESNAPSHOT + stream, chain.resnapshot().toString());
          }
          if (chain.membership() != 0) {
            offset.put(MEMBERSHIP + stream, chain.membership());
          }
        });
    gone.forEach(stream -> offset.put(GONE + stream, true));
    return offset;
  }

  /**
   * Reads an offset, null if none is stored.
   *
   * @throws MillraceException (SOURCE) if its keys were hashed otherwise than they would be now
   */
  static Optional<Checkpoint> of(Map<String, Object> offset) {
    if (offset == null) {
      return Optional.empty();
    }
    try {
      if (!KeyHash.NAME.equals(offset.get(HASH))) {
        throw MillraceException.lasting(
            MillraceException.Category.SOURCE,
            "The generation's keys are hashed by %s, and this Millrace knows %s: use the version it was begun with, or begin anew: millrace drop FILE --slot"
                .formatted(offset.get(HASH), KeyHash.NAME));
      }
      int buckets = (int) number(offset, BUCKETS);
      var generation =
          new SlotGeneration(
              PlanId.parse((String) offset.get(GENERATION)),
              offset.get(SYSTEM).toString(),
              offset.get(SLOT).toString(),
              buckets);
      return Optional.of(
          new Checkpoint(
              generation,
              (int) number(offset, TIMELINE),
              Lsn.parse(offset.get(PLACE).toString()),
              Instant.EPOCH.plus(number(offset, LATEST_COMMIT), ChronoUnit.MICROS),
              chains(offset, buckets),
              gone(offset)));
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read the connector's stored offset %s: reset its offsets".formatted(offset),
          e);
    }
  }

  private static long number(Map<String, Object> offset, String key) {
    return ((Number) offset.get(key)).longValue();
  }

  private static Map<String, TableChain> chains(Map<String, Object> offset, int buckets) {
    var chains = new HashMap<String, TableChain>();
    offset.forEach(
        (key, text) -> {
          if (key.startsWith(LAST)) {
            String stream = key.substring(LAST.length());
            var records =
                StreamChain.parse((String) offset.get(KEY + stream), (String) text, buckets);
            String resnapshot = (String) offset.get(RESNAPSHOT + stream);
            String membership = MEMBERSHIP + stream;
            chains.put(
                stream,
                new TableChain(
                    records,
                    resnapshot == null ? Position.START : Position.parse(resnapshot),
                    offset.containsKey(membership) ? number(offset, membership) : 0));
          }
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
