/**
 * The tables that are measured: each is an SQL file that fills it on the server, the same rows
 * every time. Out come a database with the table in it, and sums by which an output is compared
 * with it. The rule: every value is computed from the row's number alone.
 */
package io.millrace.benchmarks.table;
