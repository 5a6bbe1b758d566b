package io.millrace.runtime.simulation;

import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogPosition;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.Replay;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.UnitMarker;
import java.util.List;
import java.util.Optional;

/** A ledger that does what another does. */
class LedgerDecorator implements Ledger {
  private final Ledger ledger;

  LedgerDecorator(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public void open(OpenPlan plan) {
    ledger.open(plan);
  }

  @Override
  public void hold(HeldUnit held) {
    ledger.hold(held);
  }

  @Override
  public boolean mark(UnitMarker marker) {
    return ledger.mark(marker);
  }

  @Override
  public PlanState settle(OpenPlan plan) {
    return ledger.settle(plan);
  }

  @Override
  public Replay claimReplay(String selection, String fingerprint, List<LogSpan> range) {
    return ledger.claimReplay(selection, fingerprint, range);
  }

  @Override
  public void finishReplay(Replay replay) {
    ledger.finishReplay(replay);
  }

  @Override
  public List<Replay> unfinishedReplays() {
    return ledger.unfinishedReplays();
  }

  @Override
  public void hint(LogPosition position) {
    ledger.hint(position);
  }

  @Override
  public Optional<LogPosition> hint(String topicId, int partition) {
    return ledger.hint(topicId, partition);
  }

  @Override
  public List<OpenPlan> openPlans() {
    return ledger.openPlans();
  }

  @Override
  public List<HeldUnit> held(PlannedRun plan) {
    return ledger.held(plan);
  }

  @Override
  public Optional<RunHead> head(StreamId stream, RunId run) {
    return ledger.head(stream, run);
  }

  @Override
  public Optional<UnitMarker> marker(Unit unit) {
    return ledger.marker(unit);
  }

  @Override
  public List<UnitMarker> markers(PlannedRun plan) {
    return ledger.markers(plan);
  }

  @Override
  public List<StreamId> streams() {
    return ledger.streams();
  }

  @Override
  public List<RunId> runs(StreamId stream) {
    return ledger.runs(stream);
  }

  @Override
  public Optional<RunHead> published(StreamId stream, RunId run) {
    return ledger.published(stream, run);
  }

  @Override
  public List<String> files(RunHead head) {
    return ledger.files(head);
  }

  @Override
  public ChangeChains chains() {
    return ledger.chains();
  }
}
