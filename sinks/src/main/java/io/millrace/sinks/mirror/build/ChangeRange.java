package io.millrace.sinks.mirror.build;

import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Generation;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.ledger.ChangeChainsView;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.MirrorVersion.AsOf;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The published changes of all buckets behind a place, and how far they can be folded. */
final class ChangeRange {
  private final AsOf start;
  private final List<List<ChangeEntry>> buckets;

  /** Bytes of all files that begin at a place or before it. */
  private final NavigableMap<Position, Long> bytes = new TreeMap<>();

  private ChangeRange(AsOf start, List<List<ChangeEntry>> buckets) {
    this.start = start;
    this.buckets = buckets;
    all().forEach(e -> bytes.merge(e.reach().after(), e.staged().bytes(), Long::sum));
    long sum = 0;
    for (Map.Entry<Position, Long> place : bytes.entrySet()) {
      sum += place.getValue();
      place.setValue(sum);
    }
  }

  /** What the chains have behind the place. */
  static ChangeRange behind(
      ChangeChainsView chains, StreamId stream, Generation generation, AsOf start) {
    var buckets = new ArrayList<List<ChangeEntry>>();
    for (int bucket = 0; bucket < generation.buckets(); bucket++) {
      buckets.add(chains.published(new Bucket(stream, generation, bucket), start.position()));
    }
    return new ChangeRange(start, buckets);
  }

  /** Nothing is behind the place. */
  static ChangeRange none(Generation generation, AsOf start) {
    var buckets = new ArrayList<List<ChangeEntry>>();
    for (int bucket = 0; bucket < generation.buckets(); bucket++) {
      buckets.add(List.of());
    }
    return new ChangeRange(start, buckets);
  }

  /** A bucket's entries with changes up to a position. */
  List<ChangeEntry> entries(int bucket, Position upTo) {
    return buckets.get(bucket).stream()
        .filter(entry -> entry.reach().after().compareTo(upTo) < 0)
        .toList();
  }

  /**
   * The last end of a run that all buckets have passed, with files of no more than so many bytes up
   * to there. If there is more before the first such end, a place between two transactions before
   * it.
   */
  Optional<AsOf> end(long bytes) {
    List<AsOf> ends = ends();
    if (ends.isEmpty()) {
      return Optional.empty();
    }
    return ends.stream()
        .filter(end -> bytesUpTo(end.position()) <= bytes)
        .reduce((a, b) -> b)
        .or(() -> between(ends.get(0).position(), bytes))
        .or(() -> Optional.of(ends.get(0)));
  }

  /**
   * The tick that ends a run goes to every bucket, always makes an entry, and has the same position
   * in all of them.
   */
  private List<AsOf> ends() {
    Map<Position, Progress> common = ends(buckets.get(0));
    for (List<ChangeEntry> entries : buckets) {
      common.keySet().retainAll(ends(entries).keySet());
    }
    return common.entrySet().stream()
        .map(end -> new AsOf(end.getKey(), end.getValue()))
        .sorted(Comparator.comparing(AsOf::position))
        .toList();
  }

  private Map<Position, Progress> ends(List<ChangeEntry> entries) {
    var ends = new HashMap<Position, Progress>();
    RunId open = start.progress().run();
    for (ChangeEntry entry : entries) {
      Progress progress = entry.reach().progress();
      if (!progress.run().equals(open)) {
        ends.put(entry.reach().last(), progress);
        open = progress.run();
      }
    }
    return ends;
  }

  private Optional<AsOf> between(Position end, long bytes) {
    List<Position> places =
        all()
            .map(entry -> beforeTransaction(entry.reach().last()))
            .filter(p -> p.compareTo(start.position()) > 0 && p.compareTo(end) < 0)
            .sorted()
            .distinct()
            .toList();
    return places.stream()
        .filter(place -> bytesUpTo(place) <= bytes)
        .reduce((a, b) -> b)
        .or(() -> places.stream().findFirst())
        .map(place -> new AsOf(place, new Progress(start.progress().run(), latest(place))));
  }

  /** Behind whatever was committed before it. */
  private static Position beforeTransaction(Position last) {
    return new Position(last.commit() - 1, Position.LAST_INDEX);
  }

  private Instant latest(Position upTo) {
    return all()
        .filter(entry -> entry.reach().last().compareTo(upTo) <= 0)
        .map(entry -> entry.reach().progress().latestCommit())
        .reduce(start.progress().latestCommit(), (a, b) -> b.isAfter(a) ? b : a);
  }

  private long bytesUpTo(Position position) {
    Map.Entry<Position, Long> before = bytes.lowerEntry(position);
    return before == null ? 0 : before.getValue();
  }

  /** The entries of all buckets. */
  Stream<ChangeEntry> all() {
    return buckets.stream().flatMap(List::stream);
  }
}
