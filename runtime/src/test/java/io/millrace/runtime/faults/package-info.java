/**
 * The promise under fire: real sinks, brokers and databases that are killed, stopped, cut off and
 * run out of disk, and what the target must look like afterwards.
 *
 * <p>{@link io.millrace.runtime.faults.LedgerInspection} and {@link
 * io.millrace.runtime.faults.RowsCheck} are the judges: they read the target with code of their
 * own, and {@code VerifierTest} judges them. Rule: production code has no hook for any of this.
 */
package io.millrace.runtime.faults;
