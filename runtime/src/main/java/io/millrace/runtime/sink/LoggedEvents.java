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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a sink does. */
final class LoggedEvents implements SinkEvents {
  private static final Logger LOG = LoggerFactory.getLogger(SinkRuntime.class);

  @Override
  public void unitLoaded(UnitMarker marker) {
    LOG.debug("loaded {}: {} rows", marker.unit(), marker.staged().rows());
  }

  @Override
  public void unitSkipped(Unit unit) {
    LOG.debug("skipped {}", unit);
  }

  @Override
  public void planState(OpenPlan plan, PlanState state) {
    LOG.debug("{}: {}", plan.plan(), state);
  }

  @Override
  public void badRecord(String topic, int partition, long offset, String reason) {
    LOG.warn("cannot use the record at {}-{} offset {}: {}", topic, partition, offset, reason);
  }

  @Override
  public void attemptDiscarded(Unit unit, String nonce, String reason) {
    LOG.info("gave up attempt {} of {}: {}", nonce, unit, reason);
  }

  @Override
  public void unitHeld(Unit unit, String reason) {
    LOG.warn("held {}: {}", unit, reason);
  }

  @Override
  public void unitParked(Unit unit, String reason) {
    LOG.info("parked {}: {}", unit, reason);
  }

  @Override
  public void unitReread(Unit unit) {
    LOG.info("reads {} again from the log", unit);
  }

  @Override
  public void planReread(PlannedRun plan) {
    LOG.info("reads {} again from the log, since it lacks units", plan);
  }

  @Override
  public void cutLoaded(ChangeEntry entry) {
    LOG.debug("loaded {}: {} changes", entry.cut(), entry.reach().rows());
  }

  @Override
  public void bucketReread(Bucket bucket, Position behind) {
    LOG.info("looks in the log for changes of {} behind {}", bucket, behind);
  }

  @Override
  public void bucketHalted(Bucket bucket, String reason) {
    LOG.warn("halted {}: {}", bucket, reason);
  }

  @Override
  public void mirrorMoved(MirrorVersion version) {
    LOG.info("{} is made, as of {}", version, version.asOf().position());
  }

  @Override
  public void mirrorHalted(StreamId stream, String reason) {
    LOG.warn("cannot mirror {}: {}", stream, reason);
  }

  @Override
  public void retrying(String what, Throwable cause) {
    LOG.warn("will try again to {}: {}", what, cause.getMessage());
  }

  @Override
  public void failed(Throwable cause) {
    // whoever runs the sink tells people
    LOG.info("stopped", cause);
  }
}
