/**
 * The command line of the benchmarks. In come names of paths and tables, out go a result file for
 * each of both, and a page made of all result files. The rule: nothing is reported that has not
 * been compared with its source.
 */
package io.millrace.benchmarks;
