/**
 * Figures: what a pass used, files of results, and the page and the charts made of them. The rule:
 * whatever the page says can be computed again from the result files alone.
 */
package io.millrace.benchmarks.result;
