package io.millrace.sinks.ledger;

import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.sinks.ledger.LedgerKeys.ChangeRows;
import io.millrace.sinks.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * The changes that mirrored tables have taken in. Only a snapshot that was read before them can
 * need them again: they are kept for as long as that may take, by the times of their records, and
 * then their rows are removed. Their entries stay.
 */
public final class FoldedChanges {
  /** Rows go at most this part of the time later than they might. */
  private static final int PARTS = 64;

  private final ObjectStore store;
  private final LedgerKeys keys;
  private final String pipeline;
  private final InstantSource clock;
  private final Duration keep;
  private final ConcurrentMap<String, Instant> cleaned = new ConcurrentHashMap<>();

  FoldedChanges(
      ObjectStore store, LedgerKeys keys, String pipeline, InstantSource clock, Duration keep) {
    this.store = store;
    this.keys = keys;
    this.pipeline = pipeline;
    this.clock = clock;
    this.keep = keep;
  }

  /** How long they are kept. */
  public Duration keep() {
    return keep;
  }

  /** Whether an entry's rows may be gone, now that there is this version. */
  public boolean maybeRemoved(ChangeEntry entry, MirrorVersion newest) {
    return isFolded(entry, newest) && !clock.instant().isBefore(entry.log().timestamp().plus(keep));
  }

  private static boolean isFolded(ChangeEntry entry, MirrorVersion newest) {
    int generations = entry.cut().bucket().generation().id().compareTo(newest.generation().id());
    return generations < 0
        || (generations == 0 && entry.reach().last().compareTo(newest.asOf().position()) <= 0);
  }

  /** Removes the rows that need not be kept any more, if it is time to look for them again. */
  public void clean(MirrorVersion newest) {
    String folder = keys.changeRows(newest.stream());
    Instant now = clock.instant();
    Instant last = cleaned.get(folder);
    if (last != null && now.isBefore(last.plus(keep.dividedBy(PARTS)))) {
      return;
    }
    Map<String, List<ChangeRows>> chains =
        store.list(folder).stream()
            .map(key -> keys.changeRows(newest.stream(), key))
            .sorted(Comparator.comparingInt(ChangeRows::number))
            .collect(Collectors.groupingBy(ChangeRows::chain, TreeMap::new, Collectors.toList()));
    for (List<ChangeRows> chain : chains.values()) {
      store.delete(
          chain.stream()
              .takeWhile(rows -> maybeRemoved(entry(rows.entry()), newest))
              .map(ChangeRows::key)
              .toList());
    }
    cleaned.put(folder, now);
  }

  private ChangeEntry entry(String key) {
    byte[] json = LedgerJson.standing(store, key);
    return LedgerJson.read(ChangeDocument.class, json, store.location(key)).entry(pipeline);
  }
}
