package io.millrace.runtime.sink;

import io.millrace.core.PlannedRun;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.UnitMarker;
import java.util.List;
import java.util.function.Consumer;

/** Tells several what a sink does, one after the other. */
final class SharedEvents implements SinkEvents {
  private final List<SinkEvents> all;

  SharedEvents(SinkEvents... all) {
    this.all = List.of(all);
  }

  private void tell(Consumer<SinkEvents> event) {
    all.forEach(event);
  }

  @Override
  public void recordRead(long bytes) {
    tell(events -> events.recordRead(bytes));
  }

  @Override
  public void batchKept(Unit unit, long rows, long bytes) {
    tell(events -> events.batchKept(unit, rows, bytes));
  }

  @Override
  public void unitLoaded(UnitMarker marker) {
    tell(events -> events.unitLoaded(marker));
  }

  @Override
  public void unitSkipped(Unit unit) {
    tell(events -> events.unitSkipped(unit));
  }

  @Override
  public void planState(OpenPlan plan, PlanState state) {
    tell(events -> events.planState(plan, state));
  }

  @Override
  public void badRecord(String topic, int partition, long offset, String reason) {
    tell(events -> events.badRecord(topic, partition, offset, reason));
  }

  @Override
  public void deadLetterWritten(String topic, int partition, long offset) {
    tell(events -> events.deadLetterWritten(topic, partition, offset));
  }

  @Override
  public void attemptDiscarded(Unit unit, String nonce, String reason) {
    tell(events -> events.attemptDiscarded(unit, nonce, reason));
  }

  @Override
  public void unitHeld(Unit unit, String reason) {
    tell(events -> events.unitHeld(unit, reason));
  }

  @Override
  public void unitParked(Unit unit, String reason) {
    tell(events -> events.unitParked(unit, reason));
  }

  @Override
  public void unitReread(Unit unit) {
    tell(events -> events.unitReread(unit));
  }

  @Override
  public void planReread(PlannedRun plan) {
    tell(events -> events.planReread(plan));
  }

  @Override
  public void changesKept(Bucket bucket, long rows, long bytes) {
    tell(events -> events.changesKept(bucket, rows, bytes));
  }

  @Override
  public void cutLoaded(ChangeEntry entry) {
    tell(events -> events.cutLoaded(entry));
  }

  @Override
  public void bucketReread(Bucket bucket, Position behind) {
    tell(events -> events.bucketReread(bucket, behind));
  }

  @Override
  public void bucketHalted(Bucket bucket, String reason) {
    tell(events -> events.bucketHalted(bucket, reason));
  }

  @Override
  public void mirrorMoved(MirrorVersion version) {
    tell(events -> events.mirrorMoved(version));
  }

  @Override
  public void mirrorHalted(StreamId stream, String reason) {
    tell(events -> events.mirrorHalted(stream, reason));
  }

  @Override
  public void retrying(String what, Throwable cause) {
    tell(events -> events.retrying(what, cause));
  }

  @Override
  public void failed(Throwable cause) {
    tell(events -> events.failed(cause));
  }
}
