package io.millrace.core.ledger;

import io.millrace.core.PlannedRun;

/**
 * Decides for a whole run which plan readers see.
 *
 * @param plan the plan
 * @param number 0 for the run's first head, one more for each after it
 * @param units how many units the plan has
 * @param rows rows in the files of all units
 * @param sourceRows rows as the source counted them
 */
public record RunHead(PlannedRun plan, int number, int units, long rows, long sourceRows) {}
