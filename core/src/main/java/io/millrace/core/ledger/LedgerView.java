package io.millrace.core.ledger;

import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import java.util.List;
import java.util.Optional;

/**
 * What the target remembers, for whoever only looks. All methods throw {@link
 * io.millrace.core.MillraceException} (TARGET) if the store does not answer.
 */
public interface LedgerView {
  /** The plans that are not settled, in order of their names. */
  List<OpenPlan> openPlans();

  /** The newest head of a run. */
  Optional<RunHead> head(StreamId stream, RunId run);

  /** The marker of a unit. */
  Optional<UnitMarker> marker(Unit unit);

  /** The markers of a plan, in order of their partitions. */
  List<UnitMarker> markers(PlannedRun plan);

  /** What is noted as held of an open plan and not loaded since, in order of the partitions. */
  List<HeldUnit> held(PlannedRun plan);

  /** The streams that have a run with a head, or a plan that is not settled, in order. */
  List<StreamId> streams();

  /** The runs of a stream that have a head, in order of their names. */
  List<RunId> runs(StreamId stream);

  /** The newest published head of a run: what readers shall see. */
  Optional<RunHead> published(StreamId stream, RunId run);

  /** The replays that are not finished, in order of their numbers. */
  List<Replay> unfinishedReplays();

  /** The files readers shall read for a published head, as absolute paths or URLs. */
  List<String> files(RunHead head);

  /** What is remembered of change streams. */
  ChangeChainsView chains();

  /** The tables that are kept as they are now. */
  default MirrorsView mirrors() {
    return MirrorsView.NONE;
  }
}
