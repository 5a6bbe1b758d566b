/**
 * Processes, and what Linux says they have used. The rule: CPU and memory of everybody, ours and
 * peers', are read from the same files of {@code /proc}, never from what a program says of itself.
 */
package io.millrace.benchmarks.process;
