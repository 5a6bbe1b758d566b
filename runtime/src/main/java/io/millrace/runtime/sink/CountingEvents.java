package io.millrace.runtime.sink;

import io.millrace.core.Unit;
import io.millrace.core.change.Bucket;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.UnitMarker;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a sink does. */
final class CountingEvents implements SinkEvents {
  private final LongAdder records = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder badRecords = new LongAdder();
  private final LongAdder deadLetters = new LongAdder();
  private final LongAdder units = new LongAdder();
  private final LongAdder cuts = new LongAdder();
  private final LongAdder skippedUnits = new LongAdder();
  private final LongAdder loadedRows = new LongAdder();
  private final LongAdder loadedBytes = new LongAdder();

  SinkProgress progress(MemoryBudget budget, List<SinkProgress.LaneProgress> lanes) {
    return new SinkProgress(
        records.sum(),
        bytes.sum(),
        rows.sum(),
        badRecords.sum(),
        deadLetters.sum(),
        units.sum(),
        cuts.sum(),
        loadedRows.sum(),
        loadedBytes.sum(),
        budget.memoryUsed() + budget.scratchUsed(),
        lanes);
  }

  /** How often a unit was found loaded, or its run decided, before this process came to it. */
  long skippedUnits() {
    return skippedUnits.sum();
  }

  @Override
  public void recordRead(long valueBytes) {
    records.increment();
    bytes.add(valueBytes);
  }

  @Override
  public void batchKept(Unit unit, long batchRows, long valueBytes) {
    rows.add(batchRows);
  }

  @Override
  public void unitLoaded(UnitMarker marker) {
    units.increment();
    loaded(marker.staged());
  }

  @Override
  public void changesKept(Bucket bucket, long changes, long valueBytes) {
    rows.add(changes);
  }

  @Override
  public void cutLoaded(ChangeEntry entry) {
    cuts.increment();
    loaded(entry.staged());
  }

  private void loaded(Staged staged) {
    loadedRows.add(staged.rows());
    loadedBytes.add(staged.bytes());
  }

  @Override
  public void unitSkipped(Unit unit) {
    skippedUnits.increment();
  }

  @Override
  public void badRecord(String topic, int partition, long offset, String reason) {
    badRecords.increment();
  }

  @Override
  public void deadLetterWritten(String topic, int partition, long offset) {
    deadLetters.increment();
  }
}
