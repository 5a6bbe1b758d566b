package io.millrace.connect.change;

import io.millrace.core.MillraceException;
import io.millrace.core.change.KeyHash;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What the offsets of all sources of changes say in the same words: how keys are divided, how far
 * commit times and the records of each stream have come.
 */
public final class ChainOffsets {
  private static final String BUCKETS = "buckets";
  private static final String HASH = "hash";
  private static final String LATEST_COMMIT = "latest_commit";
  private static final String KEY = "key.";
  private static final String LAST = "last.";

  private ChainOffsets() {}

  /** Writes them. */
  public static void put(
      Map<String, Object> offset,
      int buckets,
      Instant latestCommit,
      Map<String, StreamChain> chains) {
    offset.put(BUCKETS, buckets);
    offset.put(HASH, KeyHash.NAME);
    offset.put(LATEST_COMMIT, ChronoUnit.MICROS.between(Instant.EPOCH, latestCommit));
    chains.forEach(
        (stream, chain) -> {
          offset.put(KEY + stream, chain.keyText());
          offset.put(LAST + stream, chain.lastsText());
        });
  }

  /**
   * Reads an offset, null if none is stored.
   *
   * @param parse may throw whatever comes of what is missing or of another type
   * @throws MillraceException (SOURCE) if its keys were hashed otherwise than they would be now;
   *     (DATA) if it cannot be read
   */
  public static <C> Optional<C> read(
      Map<String, Object> offset, Function<Map<String, Object>, C> parse) {
    if (offset == null) {
      return Optional.empty();
    }
    try {
      requireHash(offset.get(HASH));
      return Optional.of(parse.apply(offset));
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read the connector's stored offset %s: reset its offsets".formatted(offset),
          e);
    }
  }

  private static void requireHash(Object hash) {
    if (!KeyHash.NAME.equals(hash)) {
      throw MillraceException.lasting(
          MillraceException.Category.SOURCE,
          "The generation's keys are hashed by %s, and this Millrace knows %s: use the version it was begun with, or begin anew: millrace drop FILE --slot"
              .formatted(hash, KeyHash.NAME));
    }
  }

  /** How many buckets a table with a key has. */
  public static int buckets(Map<String, Object> offset) {
    return (int) number(offset, BUCKETS);
  }

  /** The maximum of the commit times. */
  public static Instant latestCommit(Map<String, Object> offset) {
    return Instant.EPOCH.plus(number(offset, LATEST_COMMIT), ChronoUnit.MICROS);
  }

  /** Takes each stream and how far its records have come. */
  public static void forEachChain(
      Map<String, Object> offset, BiConsumer<String, StreamChain> take) {
    int buckets = buckets(offset);
    offset.forEach(
        (key, text) -> {
          if (key.startsWith(LAST)) {
            String stream = key.substring(LAST.length());
            take.accept(
                stream,
                StreamChain.parse((String) offset.get(KEY + stream), (String) text, buckets));
          }
        });
  }

  /** How far the records of each stream have come. */
  public static Map<String, StreamChain> chains(Map<String, Object> offset) {
    var chains = new HashMap<String, StreamChain>();
    forEachChain(offset, chains::put);
    return chains;
  }

  /** A whole number. */
  public static long number(Map<String, Object> offset, String key) {
    return ((Number) offset.get(key)).longValue();
  }
}
