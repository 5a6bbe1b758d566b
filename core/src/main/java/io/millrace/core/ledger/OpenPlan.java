package io.millrace.core.ledger;

import io.millrace.core.PlannedRun;

/**
 * A plan that is not settled yet.
 *
 * @param plan which
 * @param size how many units it has
 */
public record OpenPlan(PlannedRun plan, int size) {}
