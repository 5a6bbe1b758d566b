/**
 * The paths that are measured, ours and the peers': a table goes in, passes with their figures come
 * out. The rule: each measurement starts its processes anew, measures from the request to the
 * moment when the last row can be read, and compares what was written with the source before the
 * figures count.
 */
package io.millrace.benchmarks.path;
