/**
 * Change capture: a slot that holds a load of inserts and updates goes in, the passes of each way
 * to read it come out, and the time from a commit to the moment when readers see it. The rule: all
 * ways read the same bytes of the server's log, each from a copy of one slot.
 */
package io.millrace.benchmarks.changes;
