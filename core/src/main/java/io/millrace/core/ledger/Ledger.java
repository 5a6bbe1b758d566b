package io.millrace.core.ledger;

import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import java.util.List;
import java.util.Optional;

/**
 * The target's memory. Every method may be called by any process any number of times; thread-safe.
 * All throw {@link io.millrace.core.MillraceException} (TARGET) if the store does not answer, and
 * then nothing is known: ask again.
 */
public interface Ledger {
  /** Makes sure that the plan is known as open, before any offset passes its first record. */
  void open(OpenPlan plan);

  /** The plans that are not settled, in order of their names. */
  List<OpenPlan> openPlans();

  /** The newest head of a run. */
  Optional<RunHead> head(StreamId stream, RunId run);

  /** The marker of a unit. */
  Optional<UnitMarker> marker(Unit unit);

  /** The markers of a plan, in order of their partitions. */
  List<UnitMarker> markers(PlannedRun plan);

  /** Creates the unit's marker if it has none; says whether this one now stands. */
  boolean mark(UnitMarker marker);

  /**
   * Does what is due for an open plan: the head when all units are marked, publication, removal of
   * what was superseded; closes it when nothing is left.
   */
  PlanState settle(OpenPlan plan);

  /** The runs of a stream that have a head, in order of their names. */
  List<RunId> runs(StreamId stream);

  /** The newest published head of a run: what readers shall see. */
  Optional<RunHead> published(StreamId stream, RunId run);

  /** The files readers shall read for a published head, as absolute paths or URLs. */
  List<String> files(RunHead head);

  /**
   * Remembers where reading of a TopicPartition may go on should the group's offset be lost.
   * Overwrites.
   */
  void hint(LogPosition position);

  /** The newest hint for a TopicPartition of a topic. */
  Optional<LogPosition> hint(String topicId, int partition);
}
