package io.millrace.runtime.simulation;

import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.ChangeEntry;
import java.util.List;
import java.util.Optional;

/** Chains that do what others do. */
class ChainsDecorator implements ChangeChains {
  private final ChangeChains chains;

  ChainsDecorator(ChangeChains chains) {
    this.chains = chains;
  }

  @Override
  public Optional<ChangeEntry> resume(Bucket bucket) {
    return chains.resume(bucket);
  }

  @Override
  public boolean append(ChangeEntry entry) {
    return chains.append(entry);
  }

  @Override
  public void halt(ChangeEntry gap) {
    chains.halt(gap);
  }

  @Override
  public List<ChangeEntry> halted(StreamId stream) {
    return chains.halted(stream);
  }

  @Override
  public List<ChangeEntry> gaps(StreamId stream) {
    return chains.gaps(stream);
  }

  @Override
  public void sweep() {
    chains.sweep();
  }

  @Override
  public Optional<ChangeEntry> newest(Bucket bucket) {
    return chains.newest(bucket);
  }

  @Override
  public List<Bucket> buckets(StreamId stream) {
    return chains.buckets(stream);
  }

  @Override
  public List<ChangeEntry> published(Bucket bucket) {
    return chains.published(bucket);
  }

  @Override
  public List<String> files(ChangeEntry entry) {
    return chains.files(entry);
  }
}
