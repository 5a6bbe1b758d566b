package io.millrace.sinks.ledger;

import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.StagedFile;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.ObjectStore.Move;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Files in the ledger's own store: published by their final names, unique to the plan. */
final class StoredFiles implements RunData {
  private final ObjectStore store;
  private final LedgerKeys keys;

  StoredFiles(ObjectStore store, LedgerKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  @Override
  public List<String> publish(PlannedRun plan, List<StagedFile> files, BooleanSupplier published) {
    List<Move> moves = files.stream().map(file -> new Move(file.staged(), file.path())).toList();
    return store.move(moves).stream().map(move -> store.location(move.from())).toList();
  }

  @Override
  public void remove(PlannedRun plan, List<StagedFile> files) {
    store.delete(files.stream().map(StagedFile::path).toList());
  }

  @Override
  public void sweep(PlannedRun plan) {
    List<String> staged = store.list(keys.staging(plan.stream(), plan.run()));
    store.delete(keys.upTo(plan.plan(), staged));
  }

  @Override
  public Duration longestRequest() {
    return store.longestRequest();
  }

  @Override
  public String location(PlannedRun plan, StagedFile file) {
    return store.location(file.path());
  }
}
