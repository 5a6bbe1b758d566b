package io.millrace.core.stage;

import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.StagedFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The chains of change streams in their shortest form. */
public final class MemoryChains implements ChangeChains {
  private final Map<Bucket, List<ChangeEntry>> entries = new TreeMap<>(Bucket.ORDER);
  private final Map<Cut, ChangeEntry> noted = new LinkedHashMap<>();
  private final Consumer<StagedFile> publish;

  /** Empty chains, whose files get their final names by this. */
  public MemoryChains(Consumer<StagedFile> publish) {
    this.publish = publish;
  }

  @Override
  public Optional<ChangeEntry> resume(Bucket bucket) {
    return newest(bucket);
  }

  @Override
  public synchronized Optional<ChangeEntry> newest(Bucket bucket) {
    List<ChangeEntry> chain = published(bucket);
    return chain.isEmpty() ? Optional.empty() : Optional.of(chain.get(chain.size() - 1));
  }

  @Override
  public synchronized boolean append(ChangeEntry entry) {
    List<ChangeEntry> chain =
        entries.computeIfAbsent(entry.cut().bucket(), key -> new ArrayList<>());
    if (entry.cut().number() < chain.size()) {
      return false;
    }
    chain.add(entry);
    entry.staged().files().forEach(publish);
    return true;
  }

  @Override
  public synchronized List<Bucket> buckets(StreamId stream) {
    return entries.keySet().stream().filter(bucket -> bucket.stream().equals(stream)).toList();
  }

  @Override
  public synchronized List<ChangeEntry> published(Bucket bucket) {
    return List.copyOf(entries.getOrDefault(bucket, List.of()));
  }

  @Override
  public List<String> files(ChangeEntry entry) {
    return entry.staged().files().stream().map(StagedFile::path).toList();
  }

  @Override
  public synchronized void halt(ChangeEntry gap) {
    noted.put(gap.cut(), gap);
  }

  @Override
  public synchronized List<ChangeEntry> halted(StreamId stream) {
    return noted.values().stream()
        .filter(gap -> gap.cut().bucket().stream().equals(stream))
        .filter(gap -> published(gap.cut().bucket()).size() == gap.cut().number())
        .toList();
  }

  @Override
  public synchronized List<ChangeEntry> gaps(StreamId stream) {
    return buckets(stream).stream()
        .flatMap(bucket -> published(bucket).stream())
        .filter(entry -> entry.gap().isPresent())
        .toList();
  }

  @Override
  public void sweep() {
    // nothing is left behind
  }
}
