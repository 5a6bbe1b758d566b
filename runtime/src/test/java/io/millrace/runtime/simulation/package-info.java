/**
 * Sink processes made of the real parts in a world of chance: a simulated log, group, object store
 * and clock, one thread, one seed.
 *
 * <p>{@link io.millrace.runtime.simulation.World} draws what happens next, {@link
 * io.millrace.runtime.simulation.Invariants} looks at every effect, {@link
 * io.millrace.runtime.simulation.CalmEnd} at what all of it has come to. Rule: the same seed gives
 * the same events, so nothing here depends on the order of a hash, on a thread or on the time of
 * day.
 */
package io.millrace.runtime.simulation;
