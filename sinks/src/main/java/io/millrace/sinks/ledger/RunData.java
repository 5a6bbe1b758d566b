package io.millrace.sinks.ledger;

import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.StagedFile;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The data that a ledger's documents name: objects beside them, or something that lies elsewhere.
 * Every method may be called by any process any number of times, also by one that comes late.
 *
 * <p>All methods throw {@link io.millrace.core.MillraceException} (TARGET); after one the outcome
 * is unknown, and the call may be made again.
 */
public interface RunData {
  /**
   * Makes the files of a head what readers see of its run; the heads before it are published.
   *
   * @param plan the head's
   * @param files all files that its markers name
   * @param published asks whether the head is noted as published by now, perhaps by another
   * @return where each file lay that is gone
   */
  List<String> publish(PlannedRun plan, List<StagedFile> files, BooleanSupplier published);

  /** Takes the files of a plan away from readers that a later plan has superseded. */
  void remove(PlannedRun plan, List<StagedFile> files);

  /** Deletes what is staged for the plan's run, of this plan and of those before it. */
  void sweep(PlannedRun plan);

  /** How long a call that was given up may still take effect; zero if it cannot. */
  Duration longestRequest();

  /** A published file of a plan, as readers name it. */
  String location(PlannedRun plan, StagedFile file);
}
