/**
 * How Millrace scales: the path as it is deployed, along one dimension after the other. In comes a
 * number of rows, out go a result file for each point and a table for each series. The rule: a
 * point differs from its neighbours in one thing.
 */
package io.millrace.benchmarks.scale;
