package io.millrace.runtime.sink;

import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.UnitMarker;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs what a sink does before it passes it on. */
final class CountingEvents implements SinkEvents {
  private static final Logger LOG = LoggerFactory.getLogger(SinkRuntime.class);

  private final SinkEvents next;
  private final LongAdder records = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder badRecords = new LongAdder();
  private final LongAdder deadLetters = new LongAdder();
  private final LongAdder units = new LongAdder();
  private final LongAdder skippedUnits = new LongAdder();
  private final LongAdder loadedRows = new LongAdder();
  private final LongAdder loadedBytes = new LongAdder();

  CountingEvents(SinkEvents next) {
    this.next = next;
  }

  SinkProgress progress(MemoryBudget budget, List<SinkProgress.LaneProgress> lanes) {
    return new SinkProgress(
        records.sum(),
        bytes.sum(),
        rows.sum(),
        badRecords.sum(),
        deadLetters.sum(),
        units.sum(),
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
    next.recordRead(valueBytes);
  }

  @Override
  public void batchKept(Unit unit, long batchRows, long valueBytes) {
    rows.add(batchRows);
    next.batchKept(unit, batchRows, valueBytes);
  }

  @Override
  public void unitLoaded(UnitMarker marker) {
    units.increment();
    loadedRows.add(marker.staged().rows());
    loadedBytes.add(marker.staged().bytes());
    LOG.debug("loaded {}: {} rows", marker.unit(), marker.staged().rows());
    next.unitLoaded(marker);
  }

  @Override
  public void unitSkipped(Unit unit) {
    skippedUnits.increment();
    LOG.debug("skipped {}", unit);
    next.unitSkipped(unit);
  }

  @Override
  public void planState(OpenPlan plan, PlanState state) {
    LOG.debug("{}: {}", plan.plan(), state);
    next.planState(plan, state);
  }

  @Override
  public void badRecord(String topic, int partition, long offset, String reason) {
    badRecords.increment();
    LOG.warn("cannot use the record at {}-{} offset {}: {}", topic, partition, offset, reason);
    next.badRecord(topic, partition, offset, reason);
  }

  @Override
  public void deadLetterWritten(String topic, int partition, long offset) {
    deadLetters.increment();
    next.deadLetterWritten(topic, partition, offset);
  }

  @Override
  public void attemptDiscarded(Unit unit, String nonce, String reason) {
    LOG.info("gave up attempt {} of {}: {}", nonce, unit, reason);
    next.attemptDiscarded(unit, nonce, reason);
  }

  @Override
  public void unitHeld(Unit unit, String reason) {
    LOG.warn("held {}: {}", unit, reason);
    next.unitHeld(unit, reason);
  }

  @Override
  public void unitParked(Unit unit, String reason) {
    LOG.info("parked {}: {}", unit, reason);
    next.unitParked(unit, reason);
  }

  @Override
  public void unitReread(Unit unit) {
    LOG.info("reads {} again from the log", unit);
    next.unitReread(unit);
  }

  @Override
  public void planReread(PlannedRun plan) {
    LOG.info("reads {} again from the log, since it lacks units", plan);
    next.planReread(plan);
  }

  @Override
  public void retrying(String what, Throwable cause) {
    LOG.warn("will try again to {}: {}", what, cause.getMessage());
    next.retrying(what, cause);
  }

  @Override
  public void failed(Throwable cause) {
    // whoever runs the sink tells people
    LOG.info("stopped", cause);
    next.failed(cause);
  }
}
