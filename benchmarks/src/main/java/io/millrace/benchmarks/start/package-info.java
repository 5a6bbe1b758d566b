/**
 * How long it takes from nothing: a pipeline's file goes in, the time from a command's start to
 * what its user waits for comes out. The rule: each in a JVM of its own, as the launcher starts it.
 */
package io.millrace.benchmarks.start;
