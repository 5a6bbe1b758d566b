/**
 * {@code millrace replay}: builds output again from the topics.
 *
 * <p>A {@code ReplaySelection} says what; {@code ReplayPlanner} asks the ledger and the log ({@code
 * ReplayLog}) which plans that means and where they lie, as {@code ReplayStep}s; {@link
 * io.millrace.runtime.replay.PipelineReplay} has each of them done by a {@link
 * io.millrace.runtime.sink.ReplayRuntime}. Rule: what readers see changes only by a plan that is
 * whole.
 */
package io.millrace.runtime.replay;
