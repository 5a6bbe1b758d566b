package io.millrace.core.ledger;

import java.util.List;
import java.util.Optional;

/**
 * The target's memory. Every method may be called by any process any number of times; thread-safe.
 * All throw {@link io.millrace.core.MillraceException} (TARGET) if the store does not answer, and
 * then nothing is known: ask again.
 */
public interface Ledger extends LedgerView {
  /** Makes sure that the plan is known as open, before any offset passes its first record. */
  void open(OpenPlan plan);

  /** Creates the unit's marker if it has none; says whether this one now stands. */
  boolean mark(UnitMarker marker);

  /** Notes that a unit of an open plan is held; a later note of the same unit replaces it. */
  void hold(HeldUnit held);

  /**
   * Does what is due for an open plan: the head when all units are marked, publication, removal of
   * what was superseded; closes it when nothing is left.
   */
  PlanState settle(OpenPlan plan);

  /**
   * Remembers where reading of a TopicPartition may go on should the group's offset be lost.
   * Overwrites.
   */
  void hint(LogPosition position);

  /**
   * Takes a number for a replay. The newest replay is gone on with if it is not finished and of the
   * same selection, fingerprint and topics: then its number and its range are given again, whoever
   * took them. Otherwise the replay gets the next number.
   */
  Replay claimReplay(String selection, String fingerprint, List<LogSpan> range);

  /** Notes that a replay is finished, and with it those before it that selected the same. */
  void finishReplay(Replay replay);

  /** The newest hint for a TopicPartition of a topic. */
  Optional<LogPosition> hint(String topicId, int partition);

  @Override
  ChangeChains chains();
}
