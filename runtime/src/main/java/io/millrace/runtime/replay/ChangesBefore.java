package io.millrace.runtime.replay;

import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.ledger.ChangeChainsView;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.LogSpan;
import io.millrace.runtime.replay.ReplaySummary.ReplayedChanges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How far changes were loaded before a replay, so that it can be told what was added. */
final class ChangesBefore {
  private final ChangeChainsView chains;
  private final Map<Bucket, Integer> links = new HashMap<>();

  /** As it is now. */
  ChangesBefore(ChangeChainsView chains, Collection<StreamId> streams) {
    this.chains = chains;
    for (StreamId stream : streams) {
      for (Bucket bucket : chains.buckets(stream)) {
        links.put(bucket, chains.published(bucket).size());
      }
    }
  }

  /** What came since, of the streams whose changes lie in these parts of the log. */
  List<ReplayedChanges> since(Collection<StreamId> streams, Collection<LogSpan> range) {
    Set<String> topics = range.stream().map(LogSpan::topic).collect(Collectors.toSet());
    return streams.stream()
        .filter(stream -> topics.contains(stream.changesTopic()))
        .map(this::since)
        .toList();
  }

  private ReplayedChanges since(StreamId stream) {
    var added = new ArrayList<ChangeEntry>();
    for (Bucket bucket : chains.buckets(stream)) {
      List<ChangeEntry> published = chains.published(bucket);
      added.addAll(published.subList(links.getOrDefault(bucket, 0), published.size()));
    }
    var missing = new TreeMap<String, String>();
    for (ChangeEntry gap : chains.halted(stream)) {
      missing.put(gap.name(), gap.gap().orElseThrow().reason());
    }
    long rows = added.stream().mapToLong(entry -> entry.staged().rows()).sum();
    return new ReplayedChanges(stream.name(), added.size(), rows, missing);
  }
}
